# Draw again: gnuplot --default-settings latency_percentiles.gp   (in this directory)
data = 'latency_percentiles.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'latency_percentiles.svg' }
set encoding utf8
set terminal svg size 1102,1194 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 27) { exit error check(0, 1, 27, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 27) { exit error check(0, 2, 27, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 27) { exit error check(1, 1, 27, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 27) { exit error check(1, 2, 27, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 27) { exit error check(2, 1, 27, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 27) { exit error check(2, 2, 27, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 27) { exit error check(3, 1, 27, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 27) { exit error check(3, 2, 27, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 27) { exit error check(4, 1, 27, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 27) { exit error check(4, 2, 27, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 26) { exit error check(5, 1, 26, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 26) { exit error check(5, 2, 26, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 26) { exit error check(6, 1, 26, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 26) { exit error check(6, 2, 26, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 26) { exit error check(7, 1, 26, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 26) { exit error check(7, 2, 26, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 26) { exit error check(8, 1, 26, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 26) { exit error check(8, 2, 26, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 26) { exit error check(9, 1, 26, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 26) { exit error check(9, 2, 26, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 41) { exit error check(10, 1, 41, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 41) { exit error check(10, 2, 41, STATS_records) }
stats data index 11 using 1 nooutput
if (STATS_records != 41) { exit error check(11, 1, 41, STATS_records) }
stats data index 11 using 2 nooutput
if (STATS_records != 41) { exit error check(11, 2, 41, STATS_records) }
stats data index 12 using 1 nooutput
if (STATS_records != 41) { exit error check(12, 1, 41, STATS_records) }
stats data index 12 using 2 nooutput
if (STATS_records != 41) { exit error check(12, 2, 41, STATS_records) }
stats data index 13 using 1 nooutput
if (STATS_records != 41) { exit error check(13, 1, 41, STATS_records) }
stats data index 13 using 2 nooutput
if (STATS_records != 41) { exit error check(13, 2, 41, STATS_records) }
stats data index 14 using 1 nooutput
if (STATS_records != 39) { exit error check(14, 1, 39, STATS_records) }
stats data index 14 using 2 nooutput
if (STATS_records != 39) { exit error check(14, 2, 39, STATS_records) }
stats data index 15 using 1 nooutput
if (STATS_records != 39) { exit error check(15, 1, 39, STATS_records) }
stats data index 15 using 2 nooutput
if (STATS_records != 39) { exit error check(15, 2, 39, STATS_records) }
stats data index 16 using 1 nooutput
if (STATS_records != 39) { exit error check(16, 1, 39, STATS_records) }
stats data index 16 using 2 nooutput
if (STATS_records != 39) { exit error check(16, 2, 39, STATS_records) }
stats data index 17 using 1 nooutput
if (STATS_records != 39) { exit error check(17, 1, 39, STATS_records) }
stats data index 17 using 2 nooutput
if (STATS_records != 39) { exit error check(17, 2, 39, STATS_records) }
stats data index 18 using 1 nooutput
if (STATS_records != 39) { exit error check(18, 1, 39, STATS_records) }
stats data index 18 using 2 nooutput
if (STATS_records != 39) { exit error check(18, 2, 39, STATS_records) }
stats data index 19 using 1 nooutput
if (STATS_records != 27) { exit error check(19, 1, 27, STATS_records) }
stats data index 19 using 2 nooutput
if (STATS_records != 27) { exit error check(19, 2, 27, STATS_records) }
stats data index 20 using 1 nooutput
if (STATS_records != 27) { exit error check(20, 1, 27, STATS_records) }
stats data index 20 using 2 nooutput
if (STATS_records != 27) { exit error check(20, 2, 27, STATS_records) }
stats data index 21 using 1 nooutput
if (STATS_records != 27) { exit error check(21, 1, 27, STATS_records) }
stats data index 21 using 2 nooutput
if (STATS_records != 27) { exit error check(21, 2, 27, STATS_records) }
stats data index 22 using 1 nooutput
if (STATS_records != 27) { exit error check(22, 1, 27, STATS_records) }
stats data index 22 using 2 nooutput
if (STATS_records != 27) { exit error check(22, 2, 27, STATS_records) }
stats data index 23 using 1 nooutput
if (STATS_records != 27) { exit error check(23, 1, 27, STATS_records) }
stats data index 23 using 2 nooutput
if (STATS_records != 27) { exit error check(23, 2, 27, STATS_records) }
stats data index 24 using 1 nooutput
if (STATS_records != 30) { exit error check(24, 1, 30, STATS_records) }
stats data index 24 using 2 nooutput
if (STATS_records != 30) { exit error check(24, 2, 30, STATS_records) }
stats data index 25 using 1 nooutput
if (STATS_records != 30) { exit error check(25, 1, 30, STATS_records) }
stats data index 25 using 2 nooutput
if (STATS_records != 30) { exit error check(25, 2, 30, STATS_records) }
stats data index 26 using 1 nooutput
if (STATS_records != 30) { exit error check(26, 1, 30, STATS_records) }
stats data index 26 using 2 nooutput
if (STATS_records != 30) { exit error check(26, 2, 30, STATS_records) }
stats data index 27 using 1 nooutput
if (STATS_records != 30) { exit error check(27, 1, 30, STATS_records) }
stats data index 27 using 2 nooutput
if (STATS_records != 30) { exit error check(27, 2, 30, STATS_records) }
stats data index 28 using 1 nooutput
if (STATS_records != 30) { exit error check(28, 1, 30, STATS_records) }
stats data index 28 using 2 nooutput
if (STATS_records != 30) { exit error check(28, 2, 30, STATS_records) }
stats data index 29 using 1 nooutput
if (STATS_records != 36) { exit error check(29, 1, 36, STATS_records) }
stats data index 29 using 2 nooutput
if (STATS_records != 36) { exit error check(29, 2, 36, STATS_records) }
stats data index 30 using 1 nooutput
if (STATS_records != 36) { exit error check(30, 1, 36, STATS_records) }
stats data index 30 using 2 nooutput
if (STATS_records != 36) { exit error check(30, 2, 36, STATS_records) }
stats data index 31 using 1 nooutput
if (STATS_records != 36) { exit error check(31, 1, 36, STATS_records) }
stats data index 31 using 2 nooutput
if (STATS_records != 36) { exit error check(31, 2, 36, STATS_records) }
stats data index 32 using 1 nooutput
if (STATS_records != 36) { exit error check(32, 1, 36, STATS_records) }
stats data index 32 using 2 nooutput
if (STATS_records != 36) { exit error check(32, 2, 36, STATS_records) }
stats data index 33 using 1 nooutput
if (STATS_records != 36) { exit error check(33, 1, 36, STATS_records) }
stats data index 33 using 2 nooutput
if (STATS_records != 36) { exit error check(33, 2, 36, STATS_records) }
stats data index 34 using 1 nooutput
if (STATS_records != 11) { exit error check(34, 1, 11, STATS_records) }
stats data index 34 using 2 nooutput
if (STATS_records != 11) { exit error check(34, 2, 11, STATS_records) }
stats data index 35 using 1 nooutput
if (STATS_records != 11) { exit error check(35, 1, 11, STATS_records) }
stats data index 35 using 2 nooutput
if (STATS_records != 11) { exit error check(35, 2, 11, STATS_records) }
stats data index 36 using 1 nooutput
if (STATS_records != 11) { exit error check(36, 1, 11, STATS_records) }
stats data index 36 using 2 nooutput
if (STATS_records != 11) { exit error check(36, 2, 11, STATS_records) }
stats data index 37 using 1 nooutput
if (STATS_records != 11) { exit error check(37, 1, 11, STATS_records) }
stats data index 37 using 2 nooutput
if (STATS_records != 11) { exit error check(37, 2, 11, STATS_records) }
stats data index 38 using 1 nooutput
if (STATS_records != 11) { exit error check(38, 1, 11, STATS_records) }
stats data index 38 using 2 nooutput
if (STATS_records != 11) { exit error check(38, 2, 11, STATS_records) }
stats data index 39 using 1 nooutput
if (STATS_records != 11) { exit error check(39, 1, 11, STATS_records) }
stats data index 39 using 2 nooutput
if (STATS_records != 11) { exit error check(39, 2, 11, STATS_records) }
stats data index 40 using 1 nooutput
if (STATS_records != 11) { exit error check(40, 1, 11, STATS_records) }
stats data index 40 using 2 nooutput
if (STATS_records != 11) { exit error check(40, 2, 11, STATS_records) }
stats data index 41 using 1 nooutput
if (STATS_records != 11) { exit error check(41, 1, 11, STATS_records) }
stats data index 41 using 2 nooutput
if (STATS_records != 11) { exit error check(41, 2, 11, STATS_records) }
stats data index 42 using 1 nooutput
if (STATS_records != 11) { exit error check(42, 1, 11, STATS_records) }
stats data index 42 using 2 nooutput
if (STATS_records != 11) { exit error check(42, 2, 11, STATS_records) }
stats data index 43 using 1 nooutput
if (STATS_records != 11) { exit error check(43, 1, 11, STATS_records) }
stats data index 43 using 2 nooutput
if (STATS_records != 11) { exit error check(43, 2, 11, STATS_records) }
stats data index 44 using 1 nooutput
if (STATS_records != 34) { exit error check(44, 1, 34, STATS_records) }
stats data index 44 using 2 nooutput
if (STATS_records != 34) { exit error check(44, 2, 34, STATS_records) }
stats data index 45 using 1 nooutput
if (STATS_records != 34) { exit error check(45, 1, 34, STATS_records) }
stats data index 45 using 2 nooutput
if (STATS_records != 34) { exit error check(45, 2, 34, STATS_records) }
stats data index 46 using 1 nooutput
if (STATS_records != 34) { exit error check(46, 1, 34, STATS_records) }
stats data index 46 using 2 nooutput
if (STATS_records != 34) { exit error check(46, 2, 34, STATS_records) }
stats data index 47 using 1 nooutput
if (STATS_records != 34) { exit error check(47, 1, 34, STATS_records) }
stats data index 47 using 2 nooutput
if (STATS_records != 34) { exit error check(47, 2, 34, STATS_records) }
stats data index 48 using 1 nooutput
if (STATS_records != 34) { exit error check(48, 1, 34, STATS_records) }
stats data index 48 using 2 nooutput
if (STATS_records != 34) { exit error check(48, 2, 34, STATS_records) }
stats data index 49 using 1 nooutput
if (STATS_records != 33) { exit error check(49, 1, 33, STATS_records) }
stats data index 49 using 2 nooutput
if (STATS_records != 33) { exit error check(49, 2, 33, STATS_records) }
stats data index 50 using 1 nooutput
if (STATS_records != 33) { exit error check(50, 1, 33, STATS_records) }
stats data index 50 using 2 nooutput
if (STATS_records != 33) { exit error check(50, 2, 33, STATS_records) }
stats data index 51 using 1 nooutput
if (STATS_records != 33) { exit error check(51, 1, 33, STATS_records) }
stats data index 51 using 2 nooutput
if (STATS_records != 33) { exit error check(51, 2, 33, STATS_records) }
stats data index 52 using 1 nooutput
if (STATS_records != 33) { exit error check(52, 1, 33, STATS_records) }
stats data index 52 using 2 nooutput
if (STATS_records != 33) { exit error check(52, 2, 33, STATS_records) }
stats data index 53 using 1 nooutput
if (STATS_records != 33) { exit error check(53, 1, 33, STATS_records) }
stats data index 53 using 2 nooutput
if (STATS_records != 33) { exit error check(53, 2, 33, STATS_records) }
stats data index 54 using 1 nooutput
if (STATS_records != 24) { exit error check(54, 1, 24, STATS_records) }
stats data index 54 using 2 nooutput
if (STATS_records != 24) { exit error check(54, 2, 24, STATS_records) }
stats data index 55 using 1 nooutput
if (STATS_records != 24) { exit error check(55, 1, 24, STATS_records) }
stats data index 55 using 2 nooutput
if (STATS_records != 24) { exit error check(55, 2, 24, STATS_records) }
stats data index 56 using 1 nooutput
if (STATS_records != 24) { exit error check(56, 1, 24, STATS_records) }
stats data index 56 using 2 nooutput
if (STATS_records != 24) { exit error check(56, 2, 24, STATS_records) }
stats data index 57 using 1 nooutput
if (STATS_records != 24) { exit error check(57, 1, 24, STATS_records) }
stats data index 57 using 2 nooutput
if (STATS_records != 24) { exit error check(57, 2, 24, STATS_records) }
stats data index 58 using 1 nooutput
if (STATS_records != 24) { exit error check(58, 1, 24, STATS_records) }
stats data index 58 using 2 nooutput
if (STATS_records != 24) { exit error check(58, 2, 24, STATS_records) }
set label 1 'serial' at screen 0.01996,0.96315 left offset 0.7,-0.22 textcolor rgb '#000000' point pointtype 7 pointsize 1 linecolor rgb '#000000'
set label 2 'threads' at screen 0.09365,0.96315 left offset 0.7,-0.22 textcolor rgb '#D55E00' point pointtype 5 pointsize 1 linecolor rgb '#D55E00'
set label 3 'pool' at screen 0.17387,0.96315 left offset 0.7,-0.22 textcolor rgb '#0072B2' point pointtype 9 pointsize 1 linecolor rgb '#0072B2'
set label 4 'processes' at screen 0.23448,0.96315 left offset 0.7,-0.22 textcolor rgb '#009E73' point pointtype 13 pointsize 1 linecolor rgb '#009E73'
set label 5 'coroutines' at screen 0.32777,0.96315 left offset 0.7,-0.22 textcolor rgb '#CC79A7' point pointtype 11 pointsize 1 linecolor rgb '#CC79A7'
set multiplot
set label 6 'Latency of one op by percentile' at screen 0.01270,0.98325 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08711
set rmargin at screen 0.33031
set tmargin at screen 0.92630
set bmargin at screen 0.76214
set title 'sleep_fanout, K = 128' font 'Helvetica,12' offset 0,-0.4
set ylabel 'latency (log scale)' offset 0.6,0
set logscale x
set xrange [1:2311.7632]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3)
set logscale y
set yrange [742949.63:2126129.9]
set ytics ('1 ms' 1000000, '2 ms' 2000000)
plot data index 0 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 0 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 1 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 1 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 2 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 2 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 3 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 3 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 4 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 4 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.92630
set bmargin at screen 0.76214
set title 'fetch_many, K = 96' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:1733.5779]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3)
set logscale y
set yrange [95334.815:47333375]
set ytics ('100 µs' 100000, '1 ms' 1000000, '10 ms' 10000000)
plot data index 5 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 5 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 6 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 6 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 7 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 7 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 8 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 8 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 9 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 9 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.92630
set bmargin at screen 0.76214
set title 'pipe_pairs, K = 128' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:130000]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3, '99.99 %%' 1e4, '99.999 %%' 1e5)
set logscale y
set yrange [364.44444:6226328.2]
set ytics ('1 µs' 1000, '10 µs' 10000, '100 µs' 100000, '1 ms' 1000000)
plot data index 10 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 10 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 11 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 11 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 12 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 12 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 13 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 13 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.69179
set bmargin at screen 0.52764
set title 'file_random_read[mode=hot], K = 128' font 'Helvetica,12' offset 0,-0.4
set ylabel 'latency (log scale)' offset 0.6,0
set logscale x
set xrange [1:73104.372]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3, '99.99 %%' 1e4)
set logscale y
set yrange [180.74074:9057483.5]
set ytics ('1 µs' 1000, '10 µs' 10000, '100 µs' 100000, '1 ms' 1000000)
plot data index 14 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 14 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 15 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 15 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 16 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 16 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 17 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 17 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 18 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 18 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.69179
set bmargin at screen 0.52764
set title 'file_random_read[mode=direct], K = 128' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:2311.7632]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3)
set logscale y
set yrange [14625.185:3986840.3]
set ytics ('30 µs' 30000, '100 µs' 100000, '300 µs' 300000, '1 ms' 1000000, '3 ms' 3000000)
plot data index 19 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 19 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 20 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 20 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 21 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 21 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 22 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 22 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 23 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 23 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.69179
set bmargin at screen 0.52764
set title 'mandelbrot, K = 128' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:5482.0545]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3)
set logscale y
set yrange [1525.1852:34725887]
set ytics ('10 µs' 10000, '100 µs' 100000, '1 ms' 1000000, '10 ms' 10000000)
plot data index 24 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 24 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 25 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 25 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 26 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 26 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 27 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 27 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 28 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 28 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.45729
set bmargin at screen 0.29313
set title 'sha256, K = 128' font 'Helvetica,12' offset 0,-0.4
set ylabel 'latency (log scale)' offset 0.6,0
set logscale x
set xrange [1:30827.858]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3, '99.99 %%' 1e4)
set logscale y
set yrange [2237.037:15460760]
set ytics ('10 µs' 10000, '100 µs' 100000, '1 ms' 1000000, '10 ms' 10000000)
plot data index 29 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 29 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 30 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 30 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 31 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 31 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 32 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 32 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 33 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 33 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.45729
set bmargin at screen 0.29313
set title 'fib[cutoff=0], K = 16' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:23.117632]
set xtics ('50 %%' 2, '90 %%' 1e1)
set logscale y
set yrange [451317.78:95020645]
set ytics ('1 ms' 1000000, '3 ms' 3000000, '10 ms' 10000000, '30 ms' 30000000)
plot data index 34 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 34 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 35 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 35 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 36 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 36 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 37 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 37 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 38 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 38 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.45729
set bmargin at screen 0.29313
set title 'skynet, K = 16' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:23.117632]
set xtics ('50 %%' 2, '90 %%' 1e1)
set logscale y
set yrange [143169.63:46448639]
set ytics ('300 µs' 300000, '1 ms' 1000000, '3 ms' 3000000, '10 ms' 10000000, '30 ms' 30000000)
plot data index 39 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 39 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 40 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 40 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 41 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 41 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 42 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 42 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 43 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 43 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.22278
set bmargin at screen 0.05863
set title 'hash_tree, K = 128' font 'Helvetica,12' offset 0,-0.4
set ylabel 'latency (log scale)' offset 0.6,0
set logscale x
set xrange [1:17335.779]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3, '99.99 %%' 1e4)
set xlabel 'percentile of ops' offset 0,0.4
set logscale y
set yrange [1910.3704:11247205]
set ytics ('10 µs' 10000, '100 µs' 100000, '1 ms' 1000000, '10 ms' 10000000)
plot data index 44 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 44 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 45 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 45 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 46 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 46 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 47 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 47 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 48 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 48 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.22278
set bmargin at screen 0.05863
set title 'grain[steps=100], K = 128' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:13000]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2, '99.9 %%' 1e3, '99.99 %%' 1e4)
set xlabel 'percentile of ops' offset 0,0.4
set logscale y
set yrange [720:45877.05]
set ytics ('1 µs' 1000, '3 µs' 3000, '10 µs' 10000, '30 µs' 30000)
plot data index 49 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 49 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 50 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 50 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 51 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 51 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 52 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 52 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 53 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 53 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
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
set tmargin at screen 0.22278
set bmargin at screen 0.05863
set title 'io_cpu_mix, K = 64' font 'Helvetica,12' offset 0,-0.4
set logscale x
set xrange [1:974.86247]
set xtics ('50 %%' 2, '90 %%' 1e1, '99 %%' 1e2)
set xlabel 'percentile of ops' offset 0,0.4
set logscale y
set yrange [733486.67:3699301.1]
set ytics ('1 ms' 1000000, '2 ms' 2000000)
plot data index 54 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 54 using 1:2 every 8::0 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 55 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 55 using 1:2 every 8::1 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 56 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 56 using 1:2 every 8::2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 57 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 57 using 1:2 every 8::3 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 58 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 58 using 1:2 every 8::4 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset multiplot
set output
