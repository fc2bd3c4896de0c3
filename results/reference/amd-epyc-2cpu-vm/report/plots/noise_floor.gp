# Draw again: gnuplot --default-settings noise_floor.gp   (in this directory)
data = 'noise_floor.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'noise_floor.svg' }
set encoding utf8
set terminal svg size 932,793 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 39) { exit error check(0, 1, 39, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 39) { exit error check(0, 2, 39, STATS_records) }
stats data index 0 using 3 nooutput
if (STATS_records != 39) { exit error check(0, 3, 39, STATS_records) }
stats data index 0 using 4 nooutput
if (STATS_records != 39) { exit error check(0, 4, 39, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 35) { exit error check(1, 1, 35, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 35) { exit error check(1, 2, 35, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 35) { exit error check(1, 3, 35, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 35) { exit error check(1, 4, 35, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 4) { exit error check(2, 1, 4, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 4) { exit error check(2, 2, 4, STATS_records) }
stats data index 2 using 3 nooutput
if (STATS_records != 4) { exit error check(2, 3, 4, STATS_records) }
stats data index 2 using 4 nooutput
if (STATS_records != 4) { exit error check(2, 4, 4, STATS_records) }
set label 1 'half-width of the intervals: typical, and from the finest to the coarsest' at screen 0.02361,0.94451 left offset 0.7,-0.22 textcolor rgb '#666666' point pointtype 7 pointsize 1 linecolor rgb '#666666'
set label 2 'lead of the best set over the next' at screen 0.51502,0.94451 left offset 0.7,-0.22 textcolor rgb '#0072B2' point pointtype 13 pointsize 1 linecolor rgb '#0072B2'
set label 3 'an A/A twin off by' at screen 0.76395,0.94451 left offset 0.7,-0.22 textcolor rgb '#D55E00' point pointtype 8 pointsize 1 linecolor rgb '#D55E00'
set multiplot
set label 4 'What could be seen, and what was claimed' at screen 0.01502,0.97478 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.36695
set rmargin at screen 0.96781
set tmargin at screen 0.90668
set bmargin at screen 0.07062
set title '' font 'Helvetica,12' offset 0,-0.4
unset title
set border 1
set grid noytics xtics
set yrange [39.6:0.4]
set ytics scale 0 ('sleep_fanout, K = 512' 1, 'fetch_many, K = 64' 2, 'pipe_pairs, K = 128' 3, 'file_random_read[mode=hot], K = 128' 4, 'file_random_read[mode=direct], K = 128' 5, 'mandelbrot, K = 16' 6, 'sha256, K = 16' 7, 'fib[cutoff=0], K = 2' 8, 'fib[cutoff=20], K = 2' 9, 'skynet, K = 2' 10, 'hash_tree, K = 16' 11, 'grain[steps=100], K = 16' 12, 'grain[steps=1000], K = 16' 13, 'grain[steps=10000], K = 16' 14, 'grain[steps=500000], K = 4' 15, 'io_cpu_mix, K = 32' 16, 'hog[hog=1], K = 16' 17, 'hog[hog=0], K = 16' 18, 'handoff[place=same,via=native], K = 2' 19, 'handoff[place=across,via=native], K = 2' 20, 'handoff[place=same,via=pipe], K = 2' 21, 'handoff[place=across,via=pipe], K = 2' 22, 'handoff[place=same,via=condvar], K = 2' 23, 'handoff[place=across,via=condvar], K = 2' 24, 'switch_footprint[kib=16], K = 8' 25, 'switch_footprint[kib=256], K = 8' 26, 'spawn_join[resident_mib=0], K = 16' 27, 'spawn_join[resident_mib=64], K = 1' 28, 'idle_memory[tasks=512], K = 513' 29, 'idle_memory[tasks=64], K = 65' 30, 'idle_memory[tasks=256], K = 257' 31, 'contention[lock=queue], K = 8' 32, 'contention[lock=yield], K = 8' 33, 'channel[capacity=64,sharers=1], K = 8' 34, 'channel[capacity=1,sharers=1], K = 8' 35, 'channel[capacity=64,sharers=4], K = 8' 36, 'wake_latency[hogs=none,place=same], K = 2' 37, 'wake_latency[hogs=none,place=across], K = 2' 38, 'wake_latency[hogs=one_per_cpu,place=across], K = 4' 39)
set xlabel 'per cent (log scale)' offset 0,0.2
set logscale x
set xrange [0.074074074:16247.25]
set xtics ('0.1' 0.1, '1' 1, '10' 10, '100' 100, '1000' 1000, '1e+04' 10000)
set arrow from first 3, graph 0 to first 3, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 5 'margin' at first 3, graph 1 center offset 0,0.5 font 'Helvetica,10' textcolor rgb '#777777'
plot data index 0 using 3:2:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '#BBBBBB', \
  data index 0 using 1:2 with points linecolor rgb '#666666' pointtype 7 pointsize 0.8, \
  data index 1 using 1:2 with points linecolor rgb '#0072B2' pointtype 13 pointsize 0.8, \
  data index 2 using 1:2 with points linecolor rgb '#D55E00' pointtype 8 pointsize 0.8
unset multiplot
set output
