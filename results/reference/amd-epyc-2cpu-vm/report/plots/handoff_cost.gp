# Draw again: gnuplot --default-settings handoff_cost.gp   (in this directory)
data = 'handoff_cost.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'handoff_cost.svg' }
set encoding utf8
set terminal svg size 800,726 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 6) { exit error check(0, 1, 6, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 6) { exit error check(0, 2, 6, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 6) { exit error check(0, 3, 6, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 6) { exit error check(0, 4, 6, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 6) { exit error check(1, 1, 6, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 6) { exit error check(1, 2, 6, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 6) { exit error check(1, 3, 6, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 6) { exit error check(1, 4, 6, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 6) { exit error check(2, 1, 6, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 6) { exit error check(2, 2, 6, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 6) { exit error check(2, 3, 6, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 6) { exit error check(2, 4, 6, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 6) { exit error check(3, 1, 6, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 6) { exit error check(3, 2, 6, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 6) { exit error check(3, 3, 6, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 6) { exit error check(3, 4, 6, STATS_records) }
set multiplot
set label 1 'Cost of one hand-off: one task wakes another and waits' at screen 0.01750,0.97245 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.18750
set rmargin at screen 0.96250
set tmargin at screen 0.93939
set bmargin at screen 0.07713
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set yrange [32.6:0.2]
set xlabel 'time per hand-off (log scale)' offset 0,0.2
set border 1
set grid noytics xtics
set logscale x
set xrange [2.2132946:57047.776]
set xtics ('10 ns' 10, '100 ns' 100, '1 µs' 1000, '10 µs' 10000)
set ytics scale 0 ('threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5, 'threads' 7, 'pool' 8, 'processes' 9, 'coroutines' 10, 'threads' 12, 'pool' 13, 'processes' 14, 'coroutines' 15, 'threads' 17, 'pool' 18, 'processes' 19, 'coroutines' 20, 'threads' 22, 'pool' 23, 'processes' 24, 'threads' 26, 'pool' 27, 'processes' 28, 'coroutines' 30, 'coroutines' 32)
set label 2 'handoff[place=same,via=native], K = 2' at graph 0, first 1 left offset -16,-0.1 font 'Helvetica,12'
set label 3 'handoff[place=across,via=native], K = 2' at graph 0, first 6 left offset -16,-0.1 font 'Helvetica,12'
set label 4 'handoff[place=same,via=pipe], K = 2' at graph 0, first 11 left offset -16,-0.1 font 'Helvetica,12'
set label 5 'handoff[place=across,via=pipe], K = 2' at graph 0, first 16 left offset -16,-0.1 font 'Helvetica,12'
set label 6 'handoff[place=same,via=condvar], K = 2' at graph 0, first 21 left offset -16,-0.1 font 'Helvetica,12'
set label 7 'handoff[place=across,via=condvar], K = 2' at graph 0, first 25 left offset -16,-0.1 font 'Helvetica,12'
set label 8 'handoff[place=same,via=generator], K = 1' at graph 0, first 29 left offset -16,-0.1 font 'Helvetica,12'
set label 9 'handoff[place=same,via=callback], K = 1' at graph 0, first 31 left offset -16,-0.1 font 'Helvetica,12'
plot data index 0 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#D55E00', \
  data index 0 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.9, \
  data index 0 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 1 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#0072B2', \
  data index 1 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.9, \
  data index 1 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 2 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#009E73', \
  data index 2 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.9, \
  data index 2 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 3 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#CC79A7', \
  data index 3 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.9, \
  data index 3 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222'
unset multiplot
set output
