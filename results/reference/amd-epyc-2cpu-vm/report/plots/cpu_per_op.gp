# Draw again: gnuplot --default-settings cpu_per_op.gp   (in this directory)
data = 'cpu_per_op.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'cpu_per_op.svg' }
set encoding utf8
set terminal svg size 1102,914 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 1) { exit error check(0, 1, 1, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 1) { exit error check(0, 2, 1, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 1) { exit error check(0, 3, 1, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 1) { exit error check(0, 4, 1, STATS_records) }
stats data index 0 using 5 nooutput
if (STATS_records != 1) { exit error check(0, 5, 1, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 1) { exit error check(1, 1, 1, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 1) { exit error check(1, 2, 1, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 1) { exit error check(1, 3, 1, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 1) { exit error check(1, 4, 1, STATS_records) }
stats data index 1 using 5 nooutput
if (STATS_records != 1) { exit error check(1, 5, 1, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 1) { exit error check(2, 1, 1, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 1) { exit error check(2, 2, 1, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 1) { exit error check(2, 3, 1, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 1) { exit error check(2, 4, 1, STATS_records) }
stats data index 2 using 5 nooutput
if (STATS_records != 1) { exit error check(2, 5, 1, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 1) { exit error check(3, 1, 1, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 1) { exit error check(3, 2, 1, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 1) { exit error check(3, 3, 1, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 1) { exit error check(3, 4, 1, STATS_records) }
stats data index 3 using 5 nooutput
if (STATS_records != 1) { exit error check(3, 5, 1, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 1) { exit error check(4, 1, 1, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 1) { exit error check(4, 2, 1, STATS_records) }
stats data index 4 using 3 nooutput
if (STATS_records != 1) { exit error check(4, 3, 1, STATS_records) }
stats data index 4 using 4 nooutput
if (STATS_records != 1) { exit error check(4, 4, 1, STATS_records) }
stats data index 4 using 5 nooutput
if (STATS_records != 1) { exit error check(4, 5, 1, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 1) { exit error check(5, 1, 1, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 1) { exit error check(5, 2, 1, STATS_records) }
stats data index 5 using 3 nooutput
if (STATS_records != 1) { exit error check(5, 3, 1, STATS_records) }
stats data index 5 using 4 nooutput
if (STATS_records != 1) { exit error check(5, 4, 1, STATS_records) }
stats data index 5 using 5 nooutput
if (STATS_records != 1) { exit error check(5, 5, 1, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 1) { exit error check(6, 1, 1, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 1) { exit error check(6, 2, 1, STATS_records) }
stats data index 6 using 3 nooutput
if (STATS_records != 1) { exit error check(6, 3, 1, STATS_records) }
stats data index 6 using 4 nooutput
if (STATS_records != 1) { exit error check(6, 4, 1, STATS_records) }
stats data index 6 using 5 nooutput
if (STATS_records != 1) { exit error check(6, 5, 1, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 1) { exit error check(7, 1, 1, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 1) { exit error check(7, 2, 1, STATS_records) }
stats data index 7 using 3 nooutput
if (STATS_records != 1) { exit error check(7, 3, 1, STATS_records) }
stats data index 7 using 4 nooutput
if (STATS_records != 1) { exit error check(7, 4, 1, STATS_records) }
stats data index 7 using 5 nooutput
if (STATS_records != 1) { exit error check(7, 5, 1, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 1) { exit error check(8, 1, 1, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 1) { exit error check(8, 2, 1, STATS_records) }
stats data index 8 using 3 nooutput
if (STATS_records != 1) { exit error check(8, 3, 1, STATS_records) }
stats data index 8 using 4 nooutput
if (STATS_records != 1) { exit error check(8, 4, 1, STATS_records) }
stats data index 8 using 5 nooutput
if (STATS_records != 1) { exit error check(8, 5, 1, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 1) { exit error check(9, 1, 1, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 1) { exit error check(9, 2, 1, STATS_records) }
stats data index 9 using 3 nooutput
if (STATS_records != 1) { exit error check(9, 3, 1, STATS_records) }
stats data index 9 using 4 nooutput
if (STATS_records != 1) { exit error check(9, 4, 1, STATS_records) }
stats data index 9 using 5 nooutput
if (STATS_records != 1) { exit error check(9, 5, 1, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 1) { exit error check(10, 1, 1, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 1) { exit error check(10, 2, 1, STATS_records) }
stats data index 10 using 3 nooutput
if (STATS_records != 1) { exit error check(10, 3, 1, STATS_records) }
stats data index 10 using 4 nooutput
if (STATS_records != 1) { exit error check(10, 4, 1, STATS_records) }
stats data index 10 using 5 nooutput
if (STATS_records != 1) { exit error check(10, 5, 1, STATS_records) }
stats data index 11 using 1 nooutput
if (STATS_records != 1) { exit error check(11, 1, 1, STATS_records) }
stats data index 11 using 2 nooutput
if (STATS_records != 1) { exit error check(11, 2, 1, STATS_records) }
stats data index 11 using 3 nooutput
if (STATS_records != 1) { exit error check(11, 3, 1, STATS_records) }
stats data index 11 using 4 nooutput
if (STATS_records != 1) { exit error check(11, 4, 1, STATS_records) }
stats data index 11 using 5 nooutput
if (STATS_records != 1) { exit error check(11, 5, 1, STATS_records) }
stats data index 12 using 1 nooutput
if (STATS_records != 1) { exit error check(12, 1, 1, STATS_records) }
stats data index 12 using 2 nooutput
if (STATS_records != 1) { exit error check(12, 2, 1, STATS_records) }
stats data index 12 using 3 nooutput
if (STATS_records != 1) { exit error check(12, 3, 1, STATS_records) }
stats data index 12 using 4 nooutput
if (STATS_records != 1) { exit error check(12, 4, 1, STATS_records) }
stats data index 12 using 5 nooutput
if (STATS_records != 1) { exit error check(12, 5, 1, STATS_records) }
stats data index 13 using 1 nooutput
if (STATS_records != 1) { exit error check(13, 1, 1, STATS_records) }
stats data index 13 using 2 nooutput
if (STATS_records != 1) { exit error check(13, 2, 1, STATS_records) }
stats data index 13 using 3 nooutput
if (STATS_records != 1) { exit error check(13, 3, 1, STATS_records) }
stats data index 13 using 4 nooutput
if (STATS_records != 1) { exit error check(13, 4, 1, STATS_records) }
stats data index 13 using 5 nooutput
if (STATS_records != 1) { exit error check(13, 5, 1, STATS_records) }
stats data index 14 using 1 nooutput
if (STATS_records != 1) { exit error check(14, 1, 1, STATS_records) }
stats data index 14 using 2 nooutput
if (STATS_records != 1) { exit error check(14, 2, 1, STATS_records) }
stats data index 14 using 3 nooutput
if (STATS_records != 1) { exit error check(14, 3, 1, STATS_records) }
stats data index 14 using 4 nooutput
if (STATS_records != 1) { exit error check(14, 4, 1, STATS_records) }
stats data index 14 using 5 nooutput
if (STATS_records != 1) { exit error check(14, 5, 1, STATS_records) }
stats data index 15 using 1 nooutput
if (STATS_records != 1) { exit error check(15, 1, 1, STATS_records) }
stats data index 15 using 2 nooutput
if (STATS_records != 1) { exit error check(15, 2, 1, STATS_records) }
stats data index 15 using 3 nooutput
if (STATS_records != 1) { exit error check(15, 3, 1, STATS_records) }
stats data index 15 using 4 nooutput
if (STATS_records != 1) { exit error check(15, 4, 1, STATS_records) }
stats data index 15 using 5 nooutput
if (STATS_records != 1) { exit error check(15, 5, 1, STATS_records) }
stats data index 16 using 1 nooutput
if (STATS_records != 1) { exit error check(16, 1, 1, STATS_records) }
stats data index 16 using 2 nooutput
if (STATS_records != 1) { exit error check(16, 2, 1, STATS_records) }
stats data index 16 using 3 nooutput
if (STATS_records != 1) { exit error check(16, 3, 1, STATS_records) }
stats data index 16 using 4 nooutput
if (STATS_records != 1) { exit error check(16, 4, 1, STATS_records) }
stats data index 16 using 5 nooutput
if (STATS_records != 1) { exit error check(16, 5, 1, STATS_records) }
stats data index 17 using 1 nooutput
if (STATS_records != 1) { exit error check(17, 1, 1, STATS_records) }
stats data index 17 using 2 nooutput
if (STATS_records != 1) { exit error check(17, 2, 1, STATS_records) }
stats data index 17 using 3 nooutput
if (STATS_records != 1) { exit error check(17, 3, 1, STATS_records) }
stats data index 17 using 4 nooutput
if (STATS_records != 1) { exit error check(17, 4, 1, STATS_records) }
stats data index 17 using 5 nooutput
if (STATS_records != 1) { exit error check(17, 5, 1, STATS_records) }
stats data index 18 using 1 nooutput
if (STATS_records != 1) { exit error check(18, 1, 1, STATS_records) }
stats data index 18 using 2 nooutput
if (STATS_records != 1) { exit error check(18, 2, 1, STATS_records) }
stats data index 18 using 3 nooutput
if (STATS_records != 1) { exit error check(18, 3, 1, STATS_records) }
stats data index 18 using 4 nooutput
if (STATS_records != 1) { exit error check(18, 4, 1, STATS_records) }
stats data index 18 using 5 nooutput
if (STATS_records != 1) { exit error check(18, 5, 1, STATS_records) }
stats data index 19 using 1 nooutput
if (STATS_records != 1) { exit error check(19, 1, 1, STATS_records) }
stats data index 19 using 2 nooutput
if (STATS_records != 1) { exit error check(19, 2, 1, STATS_records) }
stats data index 19 using 3 nooutput
if (STATS_records != 1) { exit error check(19, 3, 1, STATS_records) }
stats data index 19 using 4 nooutput
if (STATS_records != 1) { exit error check(19, 4, 1, STATS_records) }
stats data index 19 using 5 nooutput
if (STATS_records != 1) { exit error check(19, 5, 1, STATS_records) }
stats data index 20 using 1 nooutput
if (STATS_records != 1) { exit error check(20, 1, 1, STATS_records) }
stats data index 20 using 2 nooutput
if (STATS_records != 1) { exit error check(20, 2, 1, STATS_records) }
stats data index 20 using 3 nooutput
if (STATS_records != 1) { exit error check(20, 3, 1, STATS_records) }
stats data index 20 using 4 nooutput
if (STATS_records != 1) { exit error check(20, 4, 1, STATS_records) }
stats data index 20 using 5 nooutput
if (STATS_records != 1) { exit error check(20, 5, 1, STATS_records) }
stats data index 21 using 1 nooutput
if (STATS_records != 1) { exit error check(21, 1, 1, STATS_records) }
stats data index 21 using 2 nooutput
if (STATS_records != 1) { exit error check(21, 2, 1, STATS_records) }
stats data index 21 using 3 nooutput
if (STATS_records != 1) { exit error check(21, 3, 1, STATS_records) }
stats data index 21 using 4 nooutput
if (STATS_records != 1) { exit error check(21, 4, 1, STATS_records) }
stats data index 21 using 5 nooutput
if (STATS_records != 1) { exit error check(21, 5, 1, STATS_records) }
stats data index 22 using 1 nooutput
if (STATS_records != 1) { exit error check(22, 1, 1, STATS_records) }
stats data index 22 using 2 nooutput
if (STATS_records != 1) { exit error check(22, 2, 1, STATS_records) }
stats data index 22 using 3 nooutput
if (STATS_records != 1) { exit error check(22, 3, 1, STATS_records) }
stats data index 22 using 4 nooutput
if (STATS_records != 1) { exit error check(22, 4, 1, STATS_records) }
stats data index 22 using 5 nooutput
if (STATS_records != 1) { exit error check(22, 5, 1, STATS_records) }
stats data index 23 using 1 nooutput
if (STATS_records != 1) { exit error check(23, 1, 1, STATS_records) }
stats data index 23 using 2 nooutput
if (STATS_records != 1) { exit error check(23, 2, 1, STATS_records) }
stats data index 23 using 3 nooutput
if (STATS_records != 1) { exit error check(23, 3, 1, STATS_records) }
stats data index 23 using 4 nooutput
if (STATS_records != 1) { exit error check(23, 4, 1, STATS_records) }
stats data index 23 using 5 nooutput
if (STATS_records != 1) { exit error check(23, 5, 1, STATS_records) }
stats data index 24 using 1 nooutput
if (STATS_records != 1) { exit error check(24, 1, 1, STATS_records) }
stats data index 24 using 2 nooutput
if (STATS_records != 1) { exit error check(24, 2, 1, STATS_records) }
stats data index 24 using 3 nooutput
if (STATS_records != 1) { exit error check(24, 3, 1, STATS_records) }
stats data index 24 using 4 nooutput
if (STATS_records != 1) { exit error check(24, 4, 1, STATS_records) }
stats data index 24 using 5 nooutput
if (STATS_records != 1) { exit error check(24, 5, 1, STATS_records) }
stats data index 25 using 1 nooutput
if (STATS_records != 1) { exit error check(25, 1, 1, STATS_records) }
stats data index 25 using 2 nooutput
if (STATS_records != 1) { exit error check(25, 2, 1, STATS_records) }
stats data index 25 using 3 nooutput
if (STATS_records != 1) { exit error check(25, 3, 1, STATS_records) }
stats data index 25 using 4 nooutput
if (STATS_records != 1) { exit error check(25, 4, 1, STATS_records) }
stats data index 25 using 5 nooutput
if (STATS_records != 1) { exit error check(25, 5, 1, STATS_records) }
stats data index 26 using 1 nooutput
if (STATS_records != 1) { exit error check(26, 1, 1, STATS_records) }
stats data index 26 using 2 nooutput
if (STATS_records != 1) { exit error check(26, 2, 1, STATS_records) }
stats data index 26 using 3 nooutput
if (STATS_records != 1) { exit error check(26, 3, 1, STATS_records) }
stats data index 26 using 4 nooutput
if (STATS_records != 1) { exit error check(26, 4, 1, STATS_records) }
stats data index 26 using 5 nooutput
if (STATS_records != 1) { exit error check(26, 5, 1, STATS_records) }
stats data index 27 using 1 nooutput
if (STATS_records != 1) { exit error check(27, 1, 1, STATS_records) }
stats data index 27 using 2 nooutput
if (STATS_records != 1) { exit error check(27, 2, 1, STATS_records) }
stats data index 27 using 3 nooutput
if (STATS_records != 1) { exit error check(27, 3, 1, STATS_records) }
stats data index 27 using 4 nooutput
if (STATS_records != 1) { exit error check(27, 4, 1, STATS_records) }
stats data index 27 using 5 nooutput
if (STATS_records != 1) { exit error check(27, 5, 1, STATS_records) }
stats data index 28 using 1 nooutput
if (STATS_records != 1) { exit error check(28, 1, 1, STATS_records) }
stats data index 28 using 2 nooutput
if (STATS_records != 1) { exit error check(28, 2, 1, STATS_records) }
stats data index 28 using 3 nooutput
if (STATS_records != 1) { exit error check(28, 3, 1, STATS_records) }
stats data index 28 using 4 nooutput
if (STATS_records != 1) { exit error check(28, 4, 1, STATS_records) }
stats data index 28 using 5 nooutput
if (STATS_records != 1) { exit error check(28, 5, 1, STATS_records) }
stats data index 29 using 1 nooutput
if (STATS_records != 1) { exit error check(29, 1, 1, STATS_records) }
stats data index 29 using 2 nooutput
if (STATS_records != 1) { exit error check(29, 2, 1, STATS_records) }
stats data index 29 using 3 nooutput
if (STATS_records != 1) { exit error check(29, 3, 1, STATS_records) }
stats data index 29 using 4 nooutput
if (STATS_records != 1) { exit error check(29, 4, 1, STATS_records) }
stats data index 29 using 5 nooutput
if (STATS_records != 1) { exit error check(29, 5, 1, STATS_records) }
stats data index 30 using 1 nooutput
if (STATS_records != 1) { exit error check(30, 1, 1, STATS_records) }
stats data index 30 using 2 nooutput
if (STATS_records != 1) { exit error check(30, 2, 1, STATS_records) }
stats data index 30 using 3 nooutput
if (STATS_records != 1) { exit error check(30, 3, 1, STATS_records) }
stats data index 30 using 4 nooutput
if (STATS_records != 1) { exit error check(30, 4, 1, STATS_records) }
stats data index 30 using 5 nooutput
if (STATS_records != 1) { exit error check(30, 5, 1, STATS_records) }
stats data index 31 using 1 nooutput
if (STATS_records != 1) { exit error check(31, 1, 1, STATS_records) }
stats data index 31 using 2 nooutput
if (STATS_records != 1) { exit error check(31, 2, 1, STATS_records) }
stats data index 31 using 3 nooutput
if (STATS_records != 1) { exit error check(31, 3, 1, STATS_records) }
stats data index 31 using 4 nooutput
if (STATS_records != 1) { exit error check(31, 4, 1, STATS_records) }
stats data index 31 using 5 nooutput
if (STATS_records != 1) { exit error check(31, 5, 1, STATS_records) }
stats data index 32 using 1 nooutput
if (STATS_records != 1) { exit error check(32, 1, 1, STATS_records) }
stats data index 32 using 2 nooutput
if (STATS_records != 1) { exit error check(32, 2, 1, STATS_records) }
stats data index 32 using 3 nooutput
if (STATS_records != 1) { exit error check(32, 3, 1, STATS_records) }
stats data index 32 using 4 nooutput
if (STATS_records != 1) { exit error check(32, 4, 1, STATS_records) }
stats data index 32 using 5 nooutput
if (STATS_records != 1) { exit error check(32, 5, 1, STATS_records) }
set multiplot
set label 1 'CPU time per op (full colour: user, pale: system)' at screen 0.01270,0.97812 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08711
set rmargin at screen 0.33031
set tmargin at screen 0.92779
set bmargin at screen 0.73523
set title 'spawn_join, K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:4090415.9]
set ytics ('0' 0, '1 ms' 1000000, '2 ms' 2000000, '3 ms' 3000000, '4 ms' 4000000)
plot data index 0 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 0 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 0 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 0 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 1 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 1 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 1 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 1 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 2 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 2 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 2 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 2 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 3 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 3 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 3 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 3 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40653
set rmargin at screen 0.64973
set tmargin at screen 0.92779
set bmargin at screen 0.73523
set title 'sleep_fanout, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:5655467]
set ytics ('0' 0, '1 ms' 1000000, '2 ms' 2000000, '3 ms' 3000000, '4 ms' 4000000, '5 ms' 5000000)
plot data index 4 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 4 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 4 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 4 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 5 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 5 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 5 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 5 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 6 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 6 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 6 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 6 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 7 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 7 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 7 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 7 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 8 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 8 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 8 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 8 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.72595
set rmargin at screen 0.96915
set tmargin at screen 0.92779
set bmargin at screen 0.73523
set title 'pipe_pairs, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:20639.941]
set ytics ('0' 0, '5 µs' 5000, '10 µs' 10000, '15 µs' 15000, '20 µs' 20000)
plot data index 9 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 9 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 9 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 9 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 10 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 10 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 10 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 10 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 11 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 11 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 11 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 11 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 12 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 12 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 12 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 12 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08711
set rmargin at screen 0.33031
set tmargin at screen 0.62144
set bmargin at screen 0.42888
set title 'file_random_read[mode=hot], K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:4131.7877]
set ytics ('0' 0, '1 µs' 1000, '2 µs' 2000, '3 µs' 3000, '4 µs' 4000)
plot data index 13 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 13 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 13 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 13 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 14 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 14 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 14 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 14 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 15 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 15 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 15 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 15 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 16 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 16 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 16 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 16 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 17 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 17 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 17 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 17 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40653
set rmargin at screen 0.64973
set tmargin at screen 0.62144
set bmargin at screen 0.42888
set title 'file_random_read[mode=direct], K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:79077.41]
set ytics ('0' 0, '20 µs' 20000, '40 µs' 40000, '60 µs' 60000)
plot data index 18 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 18 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 18 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 18 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 19 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 19 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 19 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 19 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 20 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 20 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 20 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 20 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 21 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 21 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 21 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 21 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 22 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 22 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 22 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 22 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.72595
set rmargin at screen 0.96915
set tmargin at screen 0.62144
set bmargin at screen 0.42888
set title 'mandelbrot, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:546650.78]
set ytics ('0' 0, '100 µs' 100000, '200 µs' 200000, '300 µs' 300000, '400 µs' 400000, '500 µs' 500000)
plot data index 23 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 23 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 23 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 23 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 24 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 24 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 24 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 24 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 25 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 25 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 25 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 25 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 26 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 26 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 26 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 26 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 27 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 27 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 27 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 27 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08711
set rmargin at screen 0.33031
set tmargin at screen 0.31510
set bmargin at screen 0.12254
set title 'sha256, K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:357749.55]
set ytics ('0' 0, '100 µs' 100000, '200 µs' 200000, '300 µs' 300000)
plot data index 28 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 28 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 28 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 28 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 29 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 29 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 29 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 29 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 30 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 30 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 30 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 30 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 31 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 31 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 31 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 31 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 32 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 32 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 32 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 32 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset multiplot
set output
