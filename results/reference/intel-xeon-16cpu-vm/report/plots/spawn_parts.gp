# Draw again: gnuplot --default-settings spawn_parts.gp   (in this directory)
data = 'spawn_parts.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'spawn_parts.svg' }
set encoding utf8
set terminal svg size 800,574 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 3) { exit error check(0, 1, 3, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 3) { exit error check(0, 2, 3, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 3) { exit error check(0, 3, 3, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 3) { exit error check(0, 4, 3, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 4) { exit error check(1, 1, 4, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 4) { exit error check(1, 2, 4, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 4) { exit error check(1, 3, 4, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 4) { exit error check(1, 4, 4, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 3) { exit error check(2, 1, 3, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 3) { exit error check(2, 2, 3, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 3) { exit error check(2, 3, 3, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 3) { exit error check(2, 4, 3, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 4) { exit error check(3, 1, 4, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 4) { exit error check(3, 2, 4, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 4) { exit error check(3, 3, 4, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 4) { exit error check(3, 4, 4, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 3) { exit error check(4, 1, 3, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 3) { exit error check(4, 2, 3, STATS_records) }
stats data index 4 using 3 nooutput
if (STATS_records != 3) { exit error check(4, 3, 3, STATS_records) }
stats data index 4 using 4 nooutput
if (STATS_records != 3) { exit error check(4, 4, 3, STATS_records) }
set multiplot
set label 1 'Creation and teardown of one task, part by part' at screen 0.01750,0.96516 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.18750
set rmargin at screen 0.96250
set tmargin at screen 0.92334
set bmargin at screen 0.09756
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set yrange [24.6:0.2]
set xlabel 'time (log scale)' offset 0,0.2
set border 1
set grid noytics xtics
set logscale x
set xrange [13.333333:489982.5]
set xtics ('100 ns' 100, '1 µs' 1000, '10 µs' 10000, '100 µs' 100000)
set ytics scale 0 ('serial' 2, 'threads' 3, 'pool' 4, 'processes' 5, 'coroutines' 6, 'serial' 8, 'threads' 9, 'pool' 10, 'processes' 11, 'coroutines' 12, 'serial' 14, 'threads' 15, 'pool' 16, 'processes' 17, 'coroutines' 18, 'serial' 20, 'threads' 21, 'pool' 22, 'processes' 23, 'coroutines' 24)
set label 2 'create: the call that makes it' at graph 0, first 1 left offset -16,-0.1 font 'Helvetica,12'
set label 3 'from that call to the first instruction' at graph 0, first 7 left offset -16,-0.1 font 'Helvetica,12'
set label 4 'from the last instruction until it is reaped' at graph 0, first 13 left offset -16,-0.1 font 'Helvetica,12'
set label 5 'from the last instruction until the caller goes on' at graph 0, first 19 left offset -16,-0.1 font 'Helvetica,12'
plot data index 0 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#000000', \
  data index 0 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.9, \
  data index 0 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 1 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#D55E00', \
  data index 1 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.9, \
  data index 1 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 2 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#0072B2', \
  data index 2 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.9, \
  data index 2 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 3 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#009E73', \
  data index 3 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.9, \
  data index 3 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 4 using 3:2:($4-$3):(0) with vectors nohead linewidth 2.4 linecolor rgb '#CC79A7', \
  data index 4 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.9, \
  data index 4 using 4:2:5 with labels left offset 1,0 font 'Helvetica,10' textcolor rgb '#222222'
unset multiplot
set output
