# Draw again: gnuplot --default-settings winner_map.gp   (in this directory)
data = 'winner_map.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'winner_map.svg' }
set encoding utf8
set terminal svg size 1018,914 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 5) { exit error check(0, 1, 5, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 5) { exit error check(0, 2, 5, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 5) { exit error check(0, 3, 5, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 5) { exit error check(0, 4, 5, STATS_records) }
stats data index 0 using 5 nooutput
if (STATS_records != 5) { exit error check(0, 5, 5, STATS_records) }
stats data index 0 using 6 nooutput
if (STATS_records != 5) { exit error check(0, 6, 5, STATS_records) }
stats data index 0 using 7 nooutput
if (STATS_records != 5) { exit error check(0, 7, 5, STATS_records) }
stats data index 0 using 8 nooutput
if (STATS_records != 5) { exit error check(0, 8, 5, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 1) { exit error check(1, 1, 1, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 1) { exit error check(1, 2, 1, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 4) { exit error check(2, 1, 4, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 4) { exit error check(2, 2, 4, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 5) { exit error check(3, 1, 5, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 5) { exit error check(3, 2, 5, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 5) { exit error check(3, 3, 5, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 5) { exit error check(3, 4, 5, STATS_records) }
stats data index 3 using 5 nooutput
if (STATS_records != 5) { exit error check(3, 5, 5, STATS_records) }
stats data index 3 using 6 nooutput
if (STATS_records != 5) { exit error check(3, 6, 5, STATS_records) }
stats data index 3 using 7 nooutput
if (STATS_records != 5) { exit error check(3, 7, 5, STATS_records) }
stats data index 3 using 8 nooutput
if (STATS_records != 5) { exit error check(3, 8, 5, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 4) { exit error check(4, 1, 4, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 4) { exit error check(4, 2, 4, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 1) { exit error check(5, 1, 1, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 1) { exit error check(5, 2, 1, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 5) { exit error check(6, 1, 5, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 5) { exit error check(6, 2, 5, STATS_records) }
stats data index 6 using 3 nooutput
if (STATS_records != 5) { exit error check(6, 3, 5, STATS_records) }
stats data index 6 using 4 nooutput
if (STATS_records != 5) { exit error check(6, 4, 5, STATS_records) }
stats data index 6 using 5 nooutput
if (STATS_records != 5) { exit error check(6, 5, 5, STATS_records) }
stats data index 6 using 6 nooutput
if (STATS_records != 5) { exit error check(6, 6, 5, STATS_records) }
stats data index 6 using 7 nooutput
if (STATS_records != 5) { exit error check(6, 7, 5, STATS_records) }
stats data index 6 using 8 nooutput
if (STATS_records != 5) { exit error check(6, 8, 5, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 3) { exit error check(7, 1, 3, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 3) { exit error check(7, 2, 3, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 2) { exit error check(8, 1, 2, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 2) { exit error check(8, 2, 2, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 5) { exit error check(9, 1, 5, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 5) { exit error check(9, 2, 5, STATS_records) }
stats data index 9 using 3 nooutput
if (STATS_records != 5) { exit error check(9, 3, 5, STATS_records) }
stats data index 9 using 4 nooutput
if (STATS_records != 5) { exit error check(9, 4, 5, STATS_records) }
stats data index 9 using 5 nooutput
if (STATS_records != 5) { exit error check(9, 5, 5, STATS_records) }
stats data index 9 using 6 nooutput
if (STATS_records != 5) { exit error check(9, 6, 5, STATS_records) }
stats data index 9 using 7 nooutput
if (STATS_records != 5) { exit error check(9, 7, 5, STATS_records) }
stats data index 9 using 8 nooutput
if (STATS_records != 5) { exit error check(9, 8, 5, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 4) { exit error check(10, 1, 4, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 4) { exit error check(10, 2, 4, STATS_records) }
stats data index 11 using 1 nooutput
if (STATS_records != 1) { exit error check(11, 1, 1, STATS_records) }
stats data index 11 using 2 nooutput
if (STATS_records != 1) { exit error check(11, 2, 1, STATS_records) }
stats data index 12 using 1 nooutput
if (STATS_records != 13) { exit error check(12, 1, 13, STATS_records) }
stats data index 12 using 2 nooutput
if (STATS_records != 13) { exit error check(12, 2, 13, STATS_records) }
stats data index 12 using 3 nooutput
if (STATS_records != 13) { exit error check(12, 3, 13, STATS_records) }
stats data index 12 using 4 nooutput
if (STATS_records != 13) { exit error check(12, 4, 13, STATS_records) }
stats data index 12 using 5 nooutput
if (STATS_records != 13) { exit error check(12, 5, 13, STATS_records) }
stats data index 12 using 6 nooutput
if (STATS_records != 13) { exit error check(12, 6, 13, STATS_records) }
stats data index 12 using 7 nooutput
if (STATS_records != 13) { exit error check(12, 7, 13, STATS_records) }
stats data index 12 using 8 nooutput
if (STATS_records != 13) { exit error check(12, 8, 13, STATS_records) }
stats data index 13 using 1 nooutput
if (STATS_records != 5) { exit error check(13, 1, 5, STATS_records) }
stats data index 13 using 2 nooutput
if (STATS_records != 5) { exit error check(13, 2, 5, STATS_records) }
stats data index 14 using 1 nooutput
if (STATS_records != 8) { exit error check(14, 1, 8, STATS_records) }
stats data index 14 using 2 nooutput
if (STATS_records != 8) { exit error check(14, 2, 8, STATS_records) }
stats data index 15 using 1 nooutput
if (STATS_records != 16) { exit error check(15, 1, 16, STATS_records) }
stats data index 15 using 2 nooutput
if (STATS_records != 16) { exit error check(15, 2, 16, STATS_records) }
stats data index 15 using 3 nooutput
if (STATS_records != 16) { exit error check(15, 3, 16, STATS_records) }
stats data index 15 using 4 nooutput
if (STATS_records != 16) { exit error check(15, 4, 16, STATS_records) }
stats data index 15 using 5 nooutput
if (STATS_records != 16) { exit error check(15, 5, 16, STATS_records) }
stats data index 15 using 6 nooutput
if (STATS_records != 16) { exit error check(15, 6, 16, STATS_records) }
stats data index 15 using 7 nooutput
if (STATS_records != 16) { exit error check(15, 7, 16, STATS_records) }
stats data index 15 using 8 nooutput
if (STATS_records != 16) { exit error check(15, 8, 16, STATS_records) }
stats data index 16 using 1 nooutput
if (STATS_records != 7) { exit error check(16, 1, 7, STATS_records) }
stats data index 16 using 2 nooutput
if (STATS_records != 7) { exit error check(16, 2, 7, STATS_records) }
stats data index 17 using 1 nooutput
if (STATS_records != 9) { exit error check(17, 1, 9, STATS_records) }
stats data index 17 using 2 nooutput
if (STATS_records != 9) { exit error check(17, 2, 9, STATS_records) }
stats data index 18 using 1 nooutput
if (STATS_records != 13) { exit error check(18, 1, 13, STATS_records) }
stats data index 18 using 2 nooutput
if (STATS_records != 13) { exit error check(18, 2, 13, STATS_records) }
stats data index 18 using 3 nooutput
if (STATS_records != 13) { exit error check(18, 3, 13, STATS_records) }
stats data index 18 using 4 nooutput
if (STATS_records != 13) { exit error check(18, 4, 13, STATS_records) }
stats data index 18 using 5 nooutput
if (STATS_records != 13) { exit error check(18, 5, 13, STATS_records) }
stats data index 18 using 6 nooutput
if (STATS_records != 13) { exit error check(18, 6, 13, STATS_records) }
stats data index 18 using 7 nooutput
if (STATS_records != 13) { exit error check(18, 7, 13, STATS_records) }
stats data index 18 using 8 nooutput
if (STATS_records != 13) { exit error check(18, 8, 13, STATS_records) }
stats data index 19 using 1 nooutput
if (STATS_records != 3) { exit error check(19, 1, 3, STATS_records) }
stats data index 19 using 2 nooutput
if (STATS_records != 3) { exit error check(19, 2, 3, STATS_records) }
stats data index 20 using 1 nooutput
if (STATS_records != 10) { exit error check(20, 1, 10, STATS_records) }
stats data index 20 using 2 nooutput
if (STATS_records != 10) { exit error check(20, 2, 10, STATS_records) }
stats data index 21 using 1 nooutput
if (STATS_records != 20) { exit error check(21, 1, 20, STATS_records) }
stats data index 21 using 2 nooutput
if (STATS_records != 20) { exit error check(21, 2, 20, STATS_records) }
stats data index 21 using 3 nooutput
if (STATS_records != 20) { exit error check(21, 3, 20, STATS_records) }
stats data index 21 using 4 nooutput
if (STATS_records != 20) { exit error check(21, 4, 20, STATS_records) }
stats data index 21 using 5 nooutput
if (STATS_records != 20) { exit error check(21, 5, 20, STATS_records) }
stats data index 21 using 6 nooutput
if (STATS_records != 20) { exit error check(21, 6, 20, STATS_records) }
stats data index 21 using 7 nooutput
if (STATS_records != 20) { exit error check(21, 7, 20, STATS_records) }
stats data index 21 using 8 nooutput
if (STATS_records != 20) { exit error check(21, 8, 20, STATS_records) }
stats data index 22 using 1 nooutput
if (STATS_records != 19) { exit error check(22, 1, 19, STATS_records) }
stats data index 22 using 2 nooutput
if (STATS_records != 19) { exit error check(22, 2, 19, STATS_records) }
stats data index 23 using 1 nooutput
if (STATS_records != 1) { exit error check(23, 1, 1, STATS_records) }
stats data index 23 using 2 nooutput
if (STATS_records != 1) { exit error check(23, 2, 1, STATS_records) }
stats data index 24 using 1 nooutput
if (STATS_records != 20) { exit error check(24, 1, 20, STATS_records) }
stats data index 24 using 2 nooutput
if (STATS_records != 20) { exit error check(24, 2, 20, STATS_records) }
stats data index 24 using 3 nooutput
if (STATS_records != 20) { exit error check(24, 3, 20, STATS_records) }
stats data index 24 using 4 nooutput
if (STATS_records != 20) { exit error check(24, 4, 20, STATS_records) }
stats data index 24 using 5 nooutput
if (STATS_records != 20) { exit error check(24, 5, 20, STATS_records) }
stats data index 24 using 6 nooutput
if (STATS_records != 20) { exit error check(24, 6, 20, STATS_records) }
stats data index 24 using 7 nooutput
if (STATS_records != 20) { exit error check(24, 7, 20, STATS_records) }
stats data index 24 using 8 nooutput
if (STATS_records != 20) { exit error check(24, 8, 20, STATS_records) }
stats data index 25 using 1 nooutput
if (STATS_records != 15) { exit error check(25, 1, 15, STATS_records) }
stats data index 25 using 2 nooutput
if (STATS_records != 15) { exit error check(25, 2, 15, STATS_records) }
stats data index 26 using 1 nooutput
if (STATS_records != 5) { exit error check(26, 1, 5, STATS_records) }
stats data index 26 using 2 nooutput
if (STATS_records != 5) { exit error check(26, 2, 5, STATS_records) }
stats data index 27 using 1 nooutput
if (STATS_records != 15) { exit error check(27, 1, 15, STATS_records) }
stats data index 27 using 2 nooutput
if (STATS_records != 15) { exit error check(27, 2, 15, STATS_records) }
stats data index 27 using 3 nooutput
if (STATS_records != 15) { exit error check(27, 3, 15, STATS_records) }
stats data index 27 using 4 nooutput
if (STATS_records != 15) { exit error check(27, 4, 15, STATS_records) }
stats data index 27 using 5 nooutput
if (STATS_records != 15) { exit error check(27, 5, 15, STATS_records) }
stats data index 27 using 6 nooutput
if (STATS_records != 15) { exit error check(27, 6, 15, STATS_records) }
stats data index 27 using 7 nooutput
if (STATS_records != 15) { exit error check(27, 7, 15, STATS_records) }
stats data index 27 using 8 nooutput
if (STATS_records != 15) { exit error check(27, 8, 15, STATS_records) }
stats data index 28 using 1 nooutput
if (STATS_records != 12) { exit error check(28, 1, 12, STATS_records) }
stats data index 28 using 2 nooutput
if (STATS_records != 12) { exit error check(28, 2, 12, STATS_records) }
stats data index 29 using 1 nooutput
if (STATS_records != 3) { exit error check(29, 1, 3, STATS_records) }
stats data index 29 using 2 nooutput
if (STATS_records != 3) { exit error check(29, 2, 3, STATS_records) }
stats data index 30 using 1 nooutput
if (STATS_records != 15) { exit error check(30, 1, 15, STATS_records) }
stats data index 30 using 2 nooutput
if (STATS_records != 15) { exit error check(30, 2, 15, STATS_records) }
stats data index 30 using 3 nooutput
if (STATS_records != 15) { exit error check(30, 3, 15, STATS_records) }
stats data index 30 using 4 nooutput
if (STATS_records != 15) { exit error check(30, 4, 15, STATS_records) }
stats data index 30 using 5 nooutput
if (STATS_records != 15) { exit error check(30, 5, 15, STATS_records) }
stats data index 30 using 6 nooutput
if (STATS_records != 15) { exit error check(30, 6, 15, STATS_records) }
stats data index 30 using 7 nooutput
if (STATS_records != 15) { exit error check(30, 7, 15, STATS_records) }
stats data index 30 using 8 nooutput
if (STATS_records != 15) { exit error check(30, 8, 15, STATS_records) }
stats data index 31 using 1 nooutput
if (STATS_records != 12) { exit error check(31, 1, 12, STATS_records) }
stats data index 31 using 2 nooutput
if (STATS_records != 12) { exit error check(31, 2, 12, STATS_records) }
stats data index 32 using 1 nooutput
if (STATS_records != 3) { exit error check(32, 1, 3, STATS_records) }
stats data index 32 using 2 nooutput
if (STATS_records != 3) { exit error check(32, 2, 3, STATS_records) }
set multiplot
set label 1 'Which strategy for which work: share of the best, by K (= marks the best set)' at screen 0.01375,0.97812 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09037
set rmargin at screen 0.31827
set tmargin at screen 0.92779
set bmargin at screen 0.79650
set title 'handoff[place=same,via=native]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:0.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('2' 0)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 0 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 1 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 2 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42043
set rmargin at screen 0.64833
set tmargin at screen 0.92779
set bmargin at screen 0.79650
set title 'handoff[place=across,via=native]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:0.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('2' 0)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 3 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 4 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 5 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75049
set rmargin at screen 0.97839
set tmargin at screen 0.92779
set bmargin at screen 0.79650
set title 'handoff[place=same,via=pipe]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:0.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('2' 0)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 6 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 7 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 8 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09037
set rmargin at screen 0.31827
set tmargin at screen 0.69803
set bmargin at screen 0.56674
set title 'handoff[place=across,via=pipe]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:0.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('2' 0)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 9 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 10 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 11 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42043
set rmargin at screen 0.64833
set tmargin at screen 0.69803
set bmargin at screen 0.56674
set title 'spawn_join' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:2.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '2' 1, '16' 2)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 12 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 13 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 14 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75049
set rmargin at screen 0.97839
set tmargin at screen 0.69803
set bmargin at screen 0.56674
set title 'sleep_fanout' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:3.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '16' 1, '128' 2, '512' 3)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 15 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 16 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 17 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09037
set rmargin at screen 0.31827
set tmargin at screen 0.46827
set bmargin at screen 0.33698
set title 'pipe_pairs' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:2.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('2' 0, '16' 1, '128' 2)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 18 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 19 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 20 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42043
set rmargin at screen 0.64833
set tmargin at screen 0.46827
set bmargin at screen 0.33698
set title 'file_random_read[mode=hot]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:3.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '2' 1, '16' 2, '128' 3)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 21 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 22 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 23 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75049
set rmargin at screen 0.97839
set tmargin at screen 0.46827
set bmargin at screen 0.33698
set title 'file_random_read[mode=direct]' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:3.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '2' 1, '16' 2, '128' 3)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 24 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 25 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 26 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09037
set rmargin at screen 0.31827
set tmargin at screen 0.23851
set bmargin at screen 0.10722
set title 'mandelbrot' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:2.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '2' 1, '16' 2)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 27 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 28 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 29 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42043
set rmargin at screen 0.64833
set tmargin at screen 0.23851
set bmargin at screen 0.10722
set title 'sha256' font 'Helvetica,12' offset 0,-0.4
set xrange [-0.55:2.55]
set yrange [-0.55:4.55]
unset grid
set border 0
set tics scale 0
set xtics ('1' 0, '2' 1, '16' 2)
set ytics ('serial' 4, 'threads' 3, 'pool' 2, 'processes' 1, 'coroutines' 0)
set xlabel 'K' offset 0,0.3
plot data index 30 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 31 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 32 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset multiplot
set output
