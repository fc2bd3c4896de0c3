# Draw again: gnuplot --default-settings pace.gp   (in this directory)
data = 'pace.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'pace.svg' }
set encoding utf8
set terminal svg size 1114,354 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 64) { exit error check(0, 1, 64, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 64) { exit error check(0, 2, 64, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 64) { exit error check(0, 3, 64, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 64) { exit error check(0, 4, 64, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 64) { exit error check(1, 1, 64, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 64) { exit error check(1, 2, 64, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 64) { exit error check(1, 3, 64, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 64) { exit error check(1, 4, 64, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 64) { exit error check(2, 1, 64, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 64) { exit error check(2, 2, 64, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 64) { exit error check(2, 3, 64, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 64) { exit error check(2, 4, 64, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 64) { exit error check(3, 1, 64, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 64) { exit error check(3, 2, 64, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 64) { exit error check(3, 3, 64, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 64) { exit error check(3, 4, 64, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 64) { exit error check(4, 1, 64, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 64) { exit error check(4, 2, 64, STATS_records) }
stats data index 4 using 3 nooutput
if (STATS_records != 64) { exit error check(4, 3, 64, STATS_records) }
stats data index 4 using 4 nooutput
if (STATS_records != 64) { exit error check(4, 4, 64, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 64) { exit error check(5, 1, 64, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 64) { exit error check(5, 2, 64, STATS_records) }
stats data index 5 using 3 nooutput
if (STATS_records != 64) { exit error check(5, 3, 64, STATS_records) }
stats data index 5 using 4 nooutput
if (STATS_records != 64) { exit error check(5, 4, 64, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 64) { exit error check(6, 1, 64, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 64) { exit error check(6, 2, 64, STATS_records) }
stats data index 6 using 3 nooutput
if (STATS_records != 64) { exit error check(6, 3, 64, STATS_records) }
stats data index 6 using 4 nooutput
if (STATS_records != 64) { exit error check(6, 4, 64, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 64) { exit error check(7, 1, 64, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 64) { exit error check(7, 2, 64, STATS_records) }
stats data index 7 using 3 nooutput
if (STATS_records != 64) { exit error check(7, 3, 64, STATS_records) }
stats data index 7 using 4 nooutput
if (STATS_records != 64) { exit error check(7, 4, 64, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 64) { exit error check(8, 1, 64, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 64) { exit error check(8, 2, 64, STATS_records) }
stats data index 8 using 3 nooutput
if (STATS_records != 64) { exit error check(8, 3, 64, STATS_records) }
stats data index 8 using 4 nooutput
if (STATS_records != 64) { exit error check(8, 4, 64, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 64) { exit error check(9, 1, 64, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 64) { exit error check(9, 2, 64, STATS_records) }
stats data index 9 using 3 nooutput
if (STATS_records != 64) { exit error check(9, 3, 64, STATS_records) }
stats data index 9 using 4 nooutput
if (STATS_records != 64) { exit error check(9, 4, 64, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 64) { exit error check(10, 1, 64, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 64) { exit error check(10, 2, 64, STATS_records) }
stats data index 10 using 3 nooutput
if (STATS_records != 64) { exit error check(10, 3, 64, STATS_records) }
stats data index 10 using 4 nooutput
if (STATS_records != 64) { exit error check(10, 4, 64, STATS_records) }
set label 1 'threads' at screen 0.01975,0.87571 left offset 0.7,-0.22 textcolor rgb '#D55E00' point pointtype 5 pointsize 1 linecolor rgb '#D55E00'
set label 2 'pool' at screen 0.09910,0.87571 left offset 0.7,-0.22 textcolor rgb '#0072B2' point pointtype 9 pointsize 1 linecolor rgb '#0072B2'
set label 3 'processes' at screen 0.15907,0.87571 left offset 0.7,-0.22 textcolor rgb '#009E73' point pointtype 13 pointsize 1 linecolor rgb '#009E73'
set label 4 'coroutines' at screen 0.25135,0.87571 left offset 0.7,-0.22 textcolor rgb '#CC79A7' point pointtype 11 pointsize 1 linecolor rgb '#CC79A7'
set multiplot
set label 5 'The pace within trials that were not steady' at screen 0.01257,0.94350 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08618
set rmargin at screen 0.32675
set tmargin at screen 0.75141
set bmargin at screen 0.19774
set title 'handoff[place=across,via=pipe], K = 2' font 'Helvetica,12' offset 0,-0.4
set xrange [0:89230180]
set xtics ('0' 0, '20 ms' 20000000, '40 ms' 40000000, '60 ms' 60000000, '80 ms' 80000000)
set yrange [0:220]
set ytics ('0' 0, '50' 50, '100' 100, '150' 150, '200' 200)
set xlabel 'time in the trial' offset 0,0.4
set ylabel 'rate, % of the median' offset 0.6,0
plot data index 0 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#D55E00', \
  data index 1 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#0072B2', \
  data index 2 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#009E73', \
  data index 3 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#CC79A7', \
  data index 0 using 1:3 with lines linewidth 1.8 linecolor rgb '#D55E00', \
  data index 1 using 1:3 with lines linewidth 1.8 linecolor rgb '#0072B2', \
  data index 2 using 1:3 with lines linewidth 1.8 linecolor rgb '#009E73', \
  data index 3 using 1:3 with lines linewidth 1.8 linecolor rgb '#CC79A7'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40575
set rmargin at screen 0.64632
set tmargin at screen 0.75141
set bmargin at screen 0.19774
set title 'handoff[place=across,via=condvar], K = 2' font 'Helvetica,12' offset 0,-0.4
set xrange [0:87755251]
set xtics ('0' 0, '20 ms' 20000000, '40 ms' 40000000, '60 ms' 60000000, '80 ms' 80000000)
set yrange [0:220]
set ytics ('0' 0, '50' 50, '100' 100, '150' 150, '200' 200)
set xlabel 'time in the trial' offset 0,0.4
plot data index 4 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#D55E00', \
  data index 5 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#0072B2', \
  data index 6 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#009E73', \
  data index 4 using 1:3 with lines linewidth 1.8 linecolor rgb '#D55E00', \
  data index 5 using 1:3 with lines linewidth 1.8 linecolor rgb '#0072B2', \
  data index 6 using 1:3 with lines linewidth 1.8 linecolor rgb '#009E73'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.72531
set rmargin at screen 0.96589
set tmargin at screen 0.75141
set bmargin at screen 0.19774
set title 'spawn_join[resident_mib=0], K = 16' font 'Helvetica,12' offset 0,-0.4
set xrange [0:1.3848415e+08]
set xtics ('0' 0, '50 ms' 50000000, '100 ms' 1e+08)
set yrange [0:220]
set ytics ('0' 0, '50' 50, '100' 100, '150' 150, '200' 200)
set xlabel 'time in the trial' offset 0,0.4
plot data index 7 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#D55E00', \
  data index 8 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#0072B2', \
  data index 9 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#009E73', \
  data index 10 using 1:2:4 with filledcurves fillstyle transparent solid 0.15 noborder linecolor rgb '#CC79A7', \
  data index 7 using 1:3 with lines linewidth 1.8 linecolor rgb '#D55E00', \
  data index 8 using 1:3 with lines linewidth 1.8 linecolor rgb '#0072B2', \
  data index 9 using 1:3 with lines linewidth 1.8 linecolor rgb '#009E73', \
  data index 10 using 1:3 with lines linewidth 1.8 linecolor rgb '#CC79A7'
unset multiplot
set output
