# Draw again: gnuplot --default-settings spawn_join.gp   (in this directory)
data = 'spawn_join.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'spawn_join.svg' }
set encoding utf8
set terminal svg size 800,479 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 1) { exit error check(0, 1, 1, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 1) { exit error check(0, 2, 1, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 1) { exit error check(0, 3, 1, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 1) { exit error check(0, 4, 1, STATS_records) }
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
set label 1 'Cost of one task: spawn, run an empty body, join' at screen 0.01750,0.95825 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.18750
set rmargin at screen 0.96250
set tmargin at screen 0.90814
set bmargin at screen 0.11691
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set yrange [19.6:0.2]
set xlabel 'time per spawn and join (log scale)' offset 0,0.2
set border 1
set grid noytics xtics
set logscale x
set xrange [44.297037:5779367.1]
set xtics ('100 ns' 100, '1 µs' 1000, '10 µs' 10000, '100 µs' 100000, '1 ms' 1000000)
set ytics scale 0 ('serial' 2, 'threads' 3, 'pool' 4, 'processes' 5, 'coroutines' 6, 'threads' 8, 'pool' 9, 'processes' 10, 'coroutines' 11, 'threads' 13, 'pool' 14, 'processes' 15, 'coroutines' 16, 'threads' 18, 'processes' 19)
set label 2 'spawn_join[resident_mib=0], K = 1' at graph 0, first 1 left offset -16,-0.1 font 'Helvetica,12'
set label 3 'spawn_join[resident_mib=0], K = 16' at graph 0, first 7 left offset -16,-0.1 font 'Helvetica,12'
set label 4 'spawn_join[resident_mib=0], K = 128' at graph 0, first 12 left offset -16,-0.1 font 'Helvetica,12'
set label 5 'spawn_join[resident_mib=64], K = 1' at graph 0, first 17 left offset -16,-0.1 font 'Helvetica,12'
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
