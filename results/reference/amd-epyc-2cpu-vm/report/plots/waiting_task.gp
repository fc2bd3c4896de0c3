# Draw again: gnuplot --default-settings waiting_task.gp   (in this directory)
data = 'waiting_task.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'waiting_task.svg' }
set encoding utf8
set terminal svg size 800,403 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
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
if (STATS_records != 3) { exit error check(1, 1, 3, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 3) { exit error check(1, 2, 3, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 3) { exit error check(1, 3, 3, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 3) { exit error check(1, 4, 3, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 3) { exit error check(2, 1, 3, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 3) { exit error check(2, 2, 3, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 3) { exit error check(2, 3, 3, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 3) { exit error check(2, 4, 3, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 3) { exit error check(3, 1, 3, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 3) { exit error check(3, 2, 3, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 3) { exit error check(3, 3, 3, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 3) { exit error check(3, 4, 3, STATS_records) }
set multiplot
set label 1 'Memory that one waiting task holds' at screen 0.01750,0.95037 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.18750
set rmargin at screen 0.96250
set tmargin at screen 0.89082
set bmargin at screen 0.13896
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set yrange [15.6:0.2]
set xlabel 'memory per waiting task (log scale)' offset 0,0.2
set border 1
set grid noytics xtics
set logscale x
set xrange [3400.7653:332529.06]
set xtics ('4 KiB' 4096, '16 KiB' 16384, '64 KiB' 65536, '256 KiB' 262144)
set ytics scale 0 ('threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5, 'threads' 7, 'pool' 8, 'processes' 9, 'coroutines' 10, 'threads' 12, 'pool' 13, 'processes' 14, 'coroutines' 15)
set label 2 'idle_memory[tasks=512], K = 513' at graph 0, first 1 left offset -16,-0.1 font 'Helvetica,12'
set label 3 'idle_memory[tasks=64], K = 65' at graph 0, first 6 left offset -16,-0.1 font 'Helvetica,12'
set label 4 'idle_memory[tasks=256], K = 257' at graph 0, first 11 left offset -16,-0.1 font 'Helvetica,12'
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
