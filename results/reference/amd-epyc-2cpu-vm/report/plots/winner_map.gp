# Draw again: gnuplot --default-settings winner_map.gp   (in this directory)
data = 'winner_map.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'winner_map.svg' }
set encoding utf8
set terminal svg size 828,897 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 89) { exit error check(0, 1, 89, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 89) { exit error check(0, 2, 89, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 89) { exit error check(0, 3, 89, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 89) { exit error check(0, 4, 89, STATS_records) }
stats data index 0 using 5 nooutput
if (STATS_records != 89) { exit error check(0, 5, 89, STATS_records) }
stats data index 0 using 6 nooutput
if (STATS_records != 89) { exit error check(0, 6, 89, STATS_records) }
stats data index 0 using 7 nooutput
if (STATS_records != 89) { exit error check(0, 7, 89, STATS_records) }
stats data index 0 using 8 nooutput
if (STATS_records != 89) { exit error check(0, 8, 89, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 61) { exit error check(1, 1, 61, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 61) { exit error check(1, 2, 61, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 28) { exit error check(2, 1, 28, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 28) { exit error check(2, 2, 28, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 99) { exit error check(3, 1, 99, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 99) { exit error check(3, 2, 99, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 99) { exit error check(3, 3, 99, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 99) { exit error check(3, 4, 99, STATS_records) }
stats data index 3 using 5 nooutput
if (STATS_records != 99) { exit error check(3, 5, 99, STATS_records) }
stats data index 3 using 6 nooutput
if (STATS_records != 99) { exit error check(3, 6, 99, STATS_records) }
stats data index 3 using 7 nooutput
if (STATS_records != 99) { exit error check(3, 7, 99, STATS_records) }
stats data index 3 using 8 nooutput
if (STATS_records != 99) { exit error check(3, 8, 99, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 46) { exit error check(4, 1, 46, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 46) { exit error check(4, 2, 46, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 53) { exit error check(5, 1, 53, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 53) { exit error check(5, 2, 53, STATS_records) }
set multiplot
set label 1 'Which strategy for which work: share of the best (= marks the best set)' at screen 0.01691,0.97770 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42029
set rmargin at screen 0.97585
set tmargin at screen 0.90190
set bmargin at screen 0.52062
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set label 2 'work' at graph 0, graph 1 right offset -1,0.7 font 'Helvetica,13'
set xrange [-0.55:4.55]
set yrange [-0.55:17.55]
unset grid
set border 0
set tics scale 0
unset xtics
set ytics ('sleep_fanout, K = 512' 17, 'fetch_many, K = 64' 16, 'pipe_pairs, K = 128' 15, 'file_random_read[mode=hot], K = 128' 14, 'file_random_read[mode=direct], K = 128' 13, 'mandelbrot, K = 16' 12, 'sha256, K = 16' 11, 'fib[cutoff=0], K = 2' 10, 'fib[cutoff=20], K = 2' 9, 'skynet, K = 2' 8, 'hash_tree, K = 16' 7, 'grain[steps=100], K = 16' 6, 'grain[steps=1000], K = 16' 5, 'grain[steps=10000], K = 16' 4, 'grain[steps=500000], K = 4' 3, 'io_cpu_mix, K = 32' 2, 'hog[hog=1], K = 16' 1, 'hog[hog=0], K = 16' 0)
set label 3 'serial' at first 0, graph 1 center offset 0,0.7
set label 4 'threads' at first 1, graph 1 center offset 0,0.7
set label 5 'pool' at first 2, graph 1 center offset 0,0.7
set label 6 'processes' at first 3, graph 1 center offset 0,0.7
set label 7 'coroutines' at first 4, graph 1 center offset 0,0.7
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
set lmargin at screen 0.42029
set rmargin at screen 0.97585
set tmargin at screen 0.47157
set bmargin at screen 0.02676
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set label 8 'one mechanism each (micro)' at graph 0, graph 1 right offset -1,0.7 font 'Helvetica,13'
set xrange [-0.55:4.55]
set yrange [-0.55:20.55]
unset grid
set border 0
set tics scale 0
unset xtics
set ytics ('handoff[place=same,via=native], K = 2' 20, 'handoff[place=across,via=native], K = 2' 19, 'handoff[place=same,via=pipe], K = 2' 18, 'handoff[place=across,via=pipe], K = 2' 17, 'handoff[place=same,via=condvar], K = 2' 16, 'handoff[place=across,via=condvar], K = 2' 15, 'switch_footprint[kib=16], K = 8' 14, 'switch_footprint[kib=256], K = 8' 13, 'spawn_join[resident_mib=0], K = 16' 12, 'spawn_join[resident_mib=64], K = 1' 11, 'idle_memory[tasks=512], K = 513' 10, 'idle_memory[tasks=64], K = 65' 9, 'idle_memory[tasks=256], K = 257' 8, 'contention[lock=queue], K = 8' 7, 'contention[lock=yield], K = 8' 6, 'channel[capacity=64,sharers=1], K = 8' 5, 'channel[capacity=1,sharers=1], K = 8' 4, 'channel[capacity=64,sharers=4], K = 8' 3, 'wake_latency[hogs=none,place=same], K = 2' 2, 'wake_latency[hogs=none,place=across], K = 2' 1, 'wake_latency[hogs=one_per_cpu,place=across], K = 4' 0)
set label 9 'serial' at first 0, graph 1 center offset 0,0.7
set label 10 'threads' at first 1, graph 1 center offset 0,0.7
set label 11 'pool' at first 2, graph 1 center offset 0,0.7
set label 12 'processes' at first 3, graph 1 center offset 0,0.7
set label 13 'coroutines' at first 4, graph 1 center offset 0,0.7
plot data index 3 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 4 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#FFFFFF', \
  data index 5 using 1:2:3 with labels font 'Helvetica,11' textcolor rgb '#333333'
unset multiplot
set output
