# Draw again: gnuplot --default-settings run_order.gp   (in this directory)
data = 'run_order.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'run_order.svg' }
set encoding utf8
set terminal svg size 1008,544 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 120) { exit error check(0, 1, 120, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 120) { exit error check(0, 2, 120, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 120) { exit error check(0, 3, 120, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 120) { exit error check(0, 4, 120, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 120) { exit error check(1, 1, 120, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 120) { exit error check(1, 2, 120, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 120) { exit error check(1, 3, 120, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 5) { exit error check(2, 1, 5, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 5) { exit error check(2, 2, 5, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 74) { exit error check(3, 1, 74, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 74) { exit error check(3, 2, 74, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 86) { exit error check(4, 1, 86, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 86) { exit error check(4, 2, 86, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 55) { exit error check(5, 1, 55, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 55) { exit error check(5, 2, 55, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 80) { exit error check(6, 1, 80, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 80) { exit error check(6, 2, 80, STATS_records) }
set label 1 'serial' at screen 0.02183,0.91912 left offset 0.7,-0.22 textcolor rgb '#000000' point pointtype 7 pointsize 1 linecolor rgb '#000000'
set label 2 'threads' at screen 0.10238,0.91912 left offset 0.7,-0.22 textcolor rgb '#D55E00' point pointtype 5 pointsize 1 linecolor rgb '#D55E00'
set label 3 'pool' at screen 0.19008,0.91912 left offset 0.7,-0.22 textcolor rgb '#0072B2' point pointtype 9 pointsize 1 linecolor rgb '#0072B2'
set label 4 'processes' at screen 0.25635,0.91912 left offset 0.7,-0.22 textcolor rgb '#009E73' point pointtype 13 pointsize 1 linecolor rgb '#009E73'
set label 5 'coroutines' at screen 0.35833,0.91912 left offset 0.7,-0.22 textcolor rgb '#CC79A7' point pointtype 11 pointsize 1 linecolor rgb '#CC79A7'
set multiplot
set label 6 'The run in its order: every trial against the median of its cell' at screen 0.01389,0.96324 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08333
set rmargin at screen 0.97619
set tmargin at screen 0.84559
set bmargin at screen 0.38603
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set xrange [0.5:2583.5]
set format x ''
set ylabel 'cost ÷ median of its cell' offset 0.6,0
set logscale y
set yrange [0.30396959:3.2898028]
set ytics ('0.5' 0.5, '1' 1, '2' 2)
set object rectangle from first 1, graph 0 to first 287, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set label 7 '1' at first 144.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set label 8 '2' at first 431.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set object rectangle from first 575, graph 0 to first 861, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set label 9 '3' at first 718.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set label 10 '4' at first 1005.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set object rectangle from first 1149, graph 0 to first 1435, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set label 11 '5' at first 1292.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set label 12 '6' at first 1579.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set object rectangle from first 1723, graph 0 to first 2009, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set label 13 '7' at first 1866.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set label 14 '8' at first 2153.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set object rectangle from first 2297, graph 0 to first 2583, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set label 15 '9' at first 2440.0, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
plot data index 0 using 1:2:4 with filledcurves fillstyle solid 0.25 noborder linecolor rgb '#444444', \
  data index 2 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.5, \
  data index 3 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.5, \
  data index 4 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.5, \
  data index 5 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.5, \
  data index 6 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.5, \
  data index 0 using 1:3 with lines linewidth 2 linecolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08333
set rmargin at screen 0.97619
set tmargin at screen 0.27206
set bmargin at screen 0.09559
set title 'CPU time taken meanwhile, % of the granted CPUs (line: other processes; filled: hypervisor)' font 'Helvetica,12' offset 0,-0.4
unset object
set format x '%g'
set xrange [0.5:2583.5]
set xtics autofreq
set xlabel 'trial, in the order in which they ran' offset 0,0.4
set yrange [0:13.900635]
set ytics ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10, '12' 12)
set object rectangle from first 1, graph 0 to first 287, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set object rectangle from first 575, graph 0 to first 861, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set object rectangle from first 1149, graph 0 to first 1435, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set object rectangle from first 1723, graph 0 to first 2009, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
set object rectangle from first 2297, graph 0 to first 2583, graph 1 behind fillstyle solid noborder fillcolor rgb '#F1F1F1'
plot data index 1 using 1:3 with filledcurves x1 fillstyle solid 0.8 noborder linecolor rgb '#D55E00', \
  data index 1 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2'
unset multiplot
set output
