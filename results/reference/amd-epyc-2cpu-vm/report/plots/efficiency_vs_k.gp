# Draw again: gnuplot --default-settings efficiency_vs_k.gp   (in this directory)
data = 'efficiency_vs_k.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'efficiency_vs_k.svg' }
set encoding utf8
set terminal svg size 1114,914 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
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
stats data index 4 using 1 nooutput
if (STATS_records != 3) { exit error check(4, 1, 3, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 3) { exit error check(4, 2, 3, STATS_records) }
stats data index 4 using 3 nooutput
if (STATS_records != 3) { exit error check(4, 3, 3, STATS_records) }
stats data index 4 using 4 nooutput
if (STATS_records != 3) { exit error check(4, 4, 3, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 1) { exit error check(5, 1, 1, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 1) { exit error check(5, 2, 1, STATS_records) }
stats data index 5 using 3 nooutput
if (STATS_records != 1) { exit error check(5, 3, 1, STATS_records) }
stats data index 5 using 4 nooutput
if (STATS_records != 1) { exit error check(5, 4, 1, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 2) { exit error check(6, 1, 2, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 2) { exit error check(6, 2, 2, STATS_records) }
stats data index 6 using 3 nooutput
if (STATS_records != 2) { exit error check(6, 3, 2, STATS_records) }
stats data index 6 using 4 nooutput
if (STATS_records != 2) { exit error check(6, 4, 2, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 2) { exit error check(7, 1, 2, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 2) { exit error check(7, 2, 2, STATS_records) }
stats data index 7 using 3 nooutput
if (STATS_records != 2) { exit error check(7, 3, 2, STATS_records) }
stats data index 7 using 4 nooutput
if (STATS_records != 2) { exit error check(7, 4, 2, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 2) { exit error check(8, 1, 2, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 2) { exit error check(8, 2, 2, STATS_records) }
stats data index 8 using 3 nooutput
if (STATS_records != 2) { exit error check(8, 3, 2, STATS_records) }
stats data index 8 using 4 nooutput
if (STATS_records != 2) { exit error check(8, 4, 2, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 2) { exit error check(9, 1, 2, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 2) { exit error check(9, 2, 2, STATS_records) }
stats data index 9 using 3 nooutput
if (STATS_records != 2) { exit error check(9, 3, 2, STATS_records) }
stats data index 9 using 4 nooutput
if (STATS_records != 2) { exit error check(9, 4, 2, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 1) { exit error check(10, 1, 1, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 1) { exit error check(10, 2, 1, STATS_records) }
stats data index 10 using 3 nooutput
if (STATS_records != 1) { exit error check(10, 3, 1, STATS_records) }
stats data index 10 using 4 nooutput
if (STATS_records != 1) { exit error check(10, 4, 1, STATS_records) }
stats data index 11 using 1 nooutput
if (STATS_records != 4) { exit error check(11, 1, 4, STATS_records) }
stats data index 11 using 2 nooutput
if (STATS_records != 4) { exit error check(11, 2, 4, STATS_records) }
stats data index 11 using 3 nooutput
if (STATS_records != 4) { exit error check(11, 3, 4, STATS_records) }
stats data index 11 using 4 nooutput
if (STATS_records != 4) { exit error check(11, 4, 4, STATS_records) }
stats data index 12 using 1 nooutput
if (STATS_records != 4) { exit error check(12, 1, 4, STATS_records) }
stats data index 12 using 2 nooutput
if (STATS_records != 4) { exit error check(12, 2, 4, STATS_records) }
stats data index 12 using 3 nooutput
if (STATS_records != 4) { exit error check(12, 3, 4, STATS_records) }
stats data index 12 using 4 nooutput
if (STATS_records != 4) { exit error check(12, 4, 4, STATS_records) }
stats data index 13 using 1 nooutput
if (STATS_records != 4) { exit error check(13, 1, 4, STATS_records) }
stats data index 13 using 2 nooutput
if (STATS_records != 4) { exit error check(13, 2, 4, STATS_records) }
stats data index 13 using 3 nooutput
if (STATS_records != 4) { exit error check(13, 3, 4, STATS_records) }
stats data index 13 using 4 nooutput
if (STATS_records != 4) { exit error check(13, 4, 4, STATS_records) }
stats data index 14 using 1 nooutput
if (STATS_records != 4) { exit error check(14, 1, 4, STATS_records) }
stats data index 14 using 2 nooutput
if (STATS_records != 4) { exit error check(14, 2, 4, STATS_records) }
stats data index 14 using 3 nooutput
if (STATS_records != 4) { exit error check(14, 3, 4, STATS_records) }
stats data index 14 using 4 nooutput
if (STATS_records != 4) { exit error check(14, 4, 4, STATS_records) }
stats data index 15 using 1 nooutput
if (STATS_records != 1) { exit error check(15, 1, 1, STATS_records) }
stats data index 15 using 2 nooutput
if (STATS_records != 1) { exit error check(15, 2, 1, STATS_records) }
stats data index 15 using 3 nooutput
if (STATS_records != 1) { exit error check(15, 3, 1, STATS_records) }
stats data index 15 using 4 nooutput
if (STATS_records != 1) { exit error check(15, 4, 1, STATS_records) }
stats data index 16 using 1 nooutput
if (STATS_records != 4) { exit error check(16, 1, 4, STATS_records) }
stats data index 16 using 2 nooutput
if (STATS_records != 4) { exit error check(16, 2, 4, STATS_records) }
stats data index 16 using 3 nooutput
if (STATS_records != 4) { exit error check(16, 3, 4, STATS_records) }
stats data index 16 using 4 nooutput
if (STATS_records != 4) { exit error check(16, 4, 4, STATS_records) }
stats data index 17 using 1 nooutput
if (STATS_records != 4) { exit error check(17, 1, 4, STATS_records) }
stats data index 17 using 2 nooutput
if (STATS_records != 4) { exit error check(17, 2, 4, STATS_records) }
stats data index 17 using 3 nooutput
if (STATS_records != 4) { exit error check(17, 3, 4, STATS_records) }
stats data index 17 using 4 nooutput
if (STATS_records != 4) { exit error check(17, 4, 4, STATS_records) }
stats data index 18 using 1 nooutput
if (STATS_records != 4) { exit error check(18, 1, 4, STATS_records) }
stats data index 18 using 2 nooutput
if (STATS_records != 4) { exit error check(18, 2, 4, STATS_records) }
stats data index 18 using 3 nooutput
if (STATS_records != 4) { exit error check(18, 3, 4, STATS_records) }
stats data index 18 using 4 nooutput
if (STATS_records != 4) { exit error check(18, 4, 4, STATS_records) }
stats data index 19 using 1 nooutput
if (STATS_records != 4) { exit error check(19, 1, 4, STATS_records) }
stats data index 19 using 2 nooutput
if (STATS_records != 4) { exit error check(19, 2, 4, STATS_records) }
stats data index 19 using 3 nooutput
if (STATS_records != 4) { exit error check(19, 3, 4, STATS_records) }
stats data index 19 using 4 nooutput
if (STATS_records != 4) { exit error check(19, 4, 4, STATS_records) }
stats data index 20 using 1 nooutput
if (STATS_records != 1) { exit error check(20, 1, 1, STATS_records) }
stats data index 20 using 2 nooutput
if (STATS_records != 1) { exit error check(20, 2, 1, STATS_records) }
stats data index 20 using 3 nooutput
if (STATS_records != 1) { exit error check(20, 3, 1, STATS_records) }
stats data index 20 using 4 nooutput
if (STATS_records != 1) { exit error check(20, 4, 1, STATS_records) }
stats data index 21 using 1 nooutput
if (STATS_records != 3) { exit error check(21, 1, 3, STATS_records) }
stats data index 21 using 2 nooutput
if (STATS_records != 3) { exit error check(21, 2, 3, STATS_records) }
stats data index 21 using 3 nooutput
if (STATS_records != 3) { exit error check(21, 3, 3, STATS_records) }
stats data index 21 using 4 nooutput
if (STATS_records != 3) { exit error check(21, 4, 3, STATS_records) }
stats data index 22 using 1 nooutput
if (STATS_records != 3) { exit error check(22, 1, 3, STATS_records) }
stats data index 22 using 2 nooutput
if (STATS_records != 3) { exit error check(22, 2, 3, STATS_records) }
stats data index 22 using 3 nooutput
if (STATS_records != 3) { exit error check(22, 3, 3, STATS_records) }
stats data index 22 using 4 nooutput
if (STATS_records != 3) { exit error check(22, 4, 3, STATS_records) }
stats data index 23 using 1 nooutput
if (STATS_records != 3) { exit error check(23, 1, 3, STATS_records) }
stats data index 23 using 2 nooutput
if (STATS_records != 3) { exit error check(23, 2, 3, STATS_records) }
stats data index 23 using 3 nooutput
if (STATS_records != 3) { exit error check(23, 3, 3, STATS_records) }
stats data index 23 using 4 nooutput
if (STATS_records != 3) { exit error check(23, 4, 3, STATS_records) }
stats data index 24 using 1 nooutput
if (STATS_records != 3) { exit error check(24, 1, 3, STATS_records) }
stats data index 24 using 2 nooutput
if (STATS_records != 3) { exit error check(24, 2, 3, STATS_records) }
stats data index 24 using 3 nooutput
if (STATS_records != 3) { exit error check(24, 3, 3, STATS_records) }
stats data index 24 using 4 nooutput
if (STATS_records != 3) { exit error check(24, 4, 3, STATS_records) }
stats data index 25 using 1 nooutput
if (STATS_records != 1) { exit error check(25, 1, 1, STATS_records) }
stats data index 25 using 2 nooutput
if (STATS_records != 1) { exit error check(25, 2, 1, STATS_records) }
stats data index 25 using 3 nooutput
if (STATS_records != 1) { exit error check(25, 3, 1, STATS_records) }
stats data index 25 using 4 nooutput
if (STATS_records != 1) { exit error check(25, 4, 1, STATS_records) }
stats data index 26 using 1 nooutput
if (STATS_records != 3) { exit error check(26, 1, 3, STATS_records) }
stats data index 26 using 2 nooutput
if (STATS_records != 3) { exit error check(26, 2, 3, STATS_records) }
stats data index 26 using 3 nooutput
if (STATS_records != 3) { exit error check(26, 3, 3, STATS_records) }
stats data index 26 using 4 nooutput
if (STATS_records != 3) { exit error check(26, 4, 3, STATS_records) }
stats data index 27 using 1 nooutput
if (STATS_records != 3) { exit error check(27, 1, 3, STATS_records) }
stats data index 27 using 2 nooutput
if (STATS_records != 3) { exit error check(27, 2, 3, STATS_records) }
stats data index 27 using 3 nooutput
if (STATS_records != 3) { exit error check(27, 3, 3, STATS_records) }
stats data index 27 using 4 nooutput
if (STATS_records != 3) { exit error check(27, 4, 3, STATS_records) }
stats data index 28 using 1 nooutput
if (STATS_records != 3) { exit error check(28, 1, 3, STATS_records) }
stats data index 28 using 2 nooutput
if (STATS_records != 3) { exit error check(28, 2, 3, STATS_records) }
stats data index 28 using 3 nooutput
if (STATS_records != 3) { exit error check(28, 3, 3, STATS_records) }
stats data index 28 using 4 nooutput
if (STATS_records != 3) { exit error check(28, 4, 3, STATS_records) }
stats data index 29 using 1 nooutput
if (STATS_records != 3) { exit error check(29, 1, 3, STATS_records) }
stats data index 29 using 2 nooutput
if (STATS_records != 3) { exit error check(29, 2, 3, STATS_records) }
stats data index 29 using 3 nooutput
if (STATS_records != 3) { exit error check(29, 3, 3, STATS_records) }
stats data index 29 using 4 nooutput
if (STATS_records != 3) { exit error check(29, 4, 3, STATS_records) }
stats data index 30 using 1 nooutput
if (STATS_records != 1) { exit error check(30, 1, 1, STATS_records) }
stats data index 30 using 2 nooutput
if (STATS_records != 1) { exit error check(30, 2, 1, STATS_records) }
stats data index 30 using 3 nooutput
if (STATS_records != 1) { exit error check(30, 3, 1, STATS_records) }
stats data index 30 using 4 nooutput
if (STATS_records != 1) { exit error check(30, 4, 1, STATS_records) }
stats data index 31 using 1 nooutput
if (STATS_records != 2) { exit error check(31, 1, 2, STATS_records) }
stats data index 31 using 2 nooutput
if (STATS_records != 2) { exit error check(31, 2, 2, STATS_records) }
stats data index 31 using 3 nooutput
if (STATS_records != 2) { exit error check(31, 3, 2, STATS_records) }
stats data index 31 using 4 nooutput
if (STATS_records != 2) { exit error check(31, 4, 2, STATS_records) }
stats data index 32 using 1 nooutput
if (STATS_records != 2) { exit error check(32, 1, 2, STATS_records) }
stats data index 32 using 2 nooutput
if (STATS_records != 2) { exit error check(32, 2, 2, STATS_records) }
stats data index 32 using 3 nooutput
if (STATS_records != 2) { exit error check(32, 3, 2, STATS_records) }
stats data index 32 using 4 nooutput
if (STATS_records != 2) { exit error check(32, 4, 2, STATS_records) }
stats data index 33 using 1 nooutput
if (STATS_records != 2) { exit error check(33, 1, 2, STATS_records) }
stats data index 33 using 2 nooutput
if (STATS_records != 2) { exit error check(33, 2, 2, STATS_records) }
stats data index 33 using 3 nooutput
if (STATS_records != 2) { exit error check(33, 3, 2, STATS_records) }
stats data index 33 using 4 nooutput
if (STATS_records != 2) { exit error check(33, 4, 2, STATS_records) }
stats data index 34 using 1 nooutput
if (STATS_records != 2) { exit error check(34, 1, 2, STATS_records) }
stats data index 34 using 2 nooutput
if (STATS_records != 2) { exit error check(34, 2, 2, STATS_records) }
stats data index 34 using 3 nooutput
if (STATS_records != 2) { exit error check(34, 3, 2, STATS_records) }
stats data index 34 using 4 nooutput
if (STATS_records != 2) { exit error check(34, 4, 2, STATS_records) }
stats data index 35 using 1 nooutput
if (STATS_records != 1) { exit error check(35, 1, 1, STATS_records) }
stats data index 35 using 2 nooutput
if (STATS_records != 1) { exit error check(35, 2, 1, STATS_records) }
stats data index 35 using 3 nooutput
if (STATS_records != 1) { exit error check(35, 3, 1, STATS_records) }
stats data index 35 using 4 nooutput
if (STATS_records != 1) { exit error check(35, 4, 1, STATS_records) }
stats data index 36 using 1 nooutput
if (STATS_records != 3) { exit error check(36, 1, 3, STATS_records) }
stats data index 36 using 2 nooutput
if (STATS_records != 3) { exit error check(36, 2, 3, STATS_records) }
stats data index 36 using 3 nooutput
if (STATS_records != 3) { exit error check(36, 3, 3, STATS_records) }
stats data index 36 using 4 nooutput
if (STATS_records != 3) { exit error check(36, 4, 3, STATS_records) }
stats data index 37 using 1 nooutput
if (STATS_records != 3) { exit error check(37, 1, 3, STATS_records) }
stats data index 37 using 2 nooutput
if (STATS_records != 3) { exit error check(37, 2, 3, STATS_records) }
stats data index 37 using 3 nooutput
if (STATS_records != 3) { exit error check(37, 3, 3, STATS_records) }
stats data index 37 using 4 nooutput
if (STATS_records != 3) { exit error check(37, 4, 3, STATS_records) }
stats data index 38 using 1 nooutput
if (STATS_records != 3) { exit error check(38, 1, 3, STATS_records) }
stats data index 38 using 2 nooutput
if (STATS_records != 3) { exit error check(38, 2, 3, STATS_records) }
stats data index 38 using 3 nooutput
if (STATS_records != 3) { exit error check(38, 3, 3, STATS_records) }
stats data index 38 using 4 nooutput
if (STATS_records != 3) { exit error check(38, 4, 3, STATS_records) }
stats data index 39 using 1 nooutput
if (STATS_records != 3) { exit error check(39, 1, 3, STATS_records) }
stats data index 39 using 2 nooutput
if (STATS_records != 3) { exit error check(39, 2, 3, STATS_records) }
stats data index 39 using 3 nooutput
if (STATS_records != 3) { exit error check(39, 3, 3, STATS_records) }
stats data index 39 using 4 nooutput
if (STATS_records != 3) { exit error check(39, 4, 3, STATS_records) }
set label 1 'serial' at screen 0.01975,0.95186 left offset 0.7,-0.22 textcolor rgb '#000000' point pointtype 7 pointsize 1 linecolor rgb '#000000'
set label 2 'threads' at screen 0.09264,0.95186 left offset 0.7,-0.22 textcolor rgb '#D55E00' point pointtype 5 pointsize 1 linecolor rgb '#D55E00'
set label 3 'pool' at screen 0.17199,0.95186 left offset 0.7,-0.22 textcolor rgb '#0072B2' point pointtype 9 pointsize 1 linecolor rgb '#0072B2'
set label 4 'processes' at screen 0.23196,0.95186 left offset 0.7,-0.22 textcolor rgb '#009E73' point pointtype 13 pointsize 1 linecolor rgb '#009E73'
set label 5 'coroutines' at screen 0.32424,0.95186 left offset 0.7,-0.22 textcolor rgb '#CC79A7' point pointtype 11 pointsize 1 linecolor rgb '#CC79A7'
set multiplot
set label 6 'Efficiency: the bound that the work allows, divided by the time it took' at screen 0.01257,0.97812 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08618
set rmargin at screen 0.32675
set tmargin at screen 0.90372
set bmargin at screen 0.68928
set title 'sleep_fanout' font 'Helvetica,12' offset 0,-0.4
set ylabel 'bound / measured' offset 0.6,0
set logscale x 2
set xrange [0.689655:742.4]
set xtics ('512' 512, '128' 128, '16' 16, '1' 1)
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.97422908 to graph 1, first 0.97422908 nohead dashtype 3 linecolor rgb '#000000'
plot data index 0 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 0 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 0 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 1 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 1 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 1 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 2 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 2 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 2 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 3 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 3 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 3 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 4 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 4 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 4 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40575
set rmargin at screen 0.64632
set tmargin at screen 0.90372
set bmargin at screen 0.68928
set title 'fetch_many' font 'Helvetica,12' offset 0,-0.4
set logscale x 2
set xrange [0.689655:92.8]
set xtics ('64' 64, '16' 16, '1' 1)
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.96458264 to graph 1, first 0.96458264 nohead dashtype 3 linecolor rgb '#000000'
plot data index 5 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 5 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 5 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 6 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 6 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 6 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 7 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 7 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 7 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 8 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 8 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 8 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 9 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 9 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 9 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.72531
set rmargin at screen 0.96589
set tmargin at screen 0.90372
set bmargin at screen 0.68928
set title 'file_random_read[mode=hot]' font 'Helvetica,12' offset 0,-0.4
set logscale x 2
set xrange [0.689655:185.6]
set xtics ('128' 128, '16' 16, '2' 2, '1' 1)
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1044643]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.99918129 to graph 1, first 0.99918129 nohead dashtype 3 linecolor rgb '#000000'
plot data index 10 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 10 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 10 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 11 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 11 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 11 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 12 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 12 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 12 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 13 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 13 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 13 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 14 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 14 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 14 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08618
set rmargin at screen 0.32675
set tmargin at screen 0.59737
set bmargin at screen 0.38293
set title 'file_random_read[mode=direct]' font 'Helvetica,12' offset 0,-0.4
set ylabel 'bound / measured' offset 0.6,0
set logscale x 2
set xrange [0.689655:185.6]
set xtics ('128' 128, '16' 16, '2' 2, '1' 1)
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.3230399]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1, '1.2' 1.2)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.99999105 to graph 1, first 0.99999105 nohead dashtype 3 linecolor rgb '#000000'
plot data index 15 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 15 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 15 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 16 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 16 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 16 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 17 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 17 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 17 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 18 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 18 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 18 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 19 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 19 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 19 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40575
set rmargin at screen 0.64632
set tmargin at screen 0.59737
set bmargin at screen 0.38293
set title 'mandelbrot' font 'Helvetica,12' offset 0,-0.4
set logscale x 2
set xrange [0.689655:23.2]
set xtics ('16' 16, '2' 2, '1' 1)
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1166609]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.9991718 to graph 1, first 0.9991718 nohead dashtype 3 linecolor rgb '#000000'
plot data index 20 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 20 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 20 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 21 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 21 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 21 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 22 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 22 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 22 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 23 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 23 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 23 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 24 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 24 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 24 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.72531
set rmargin at screen 0.96589
set tmargin at screen 0.59737
set bmargin at screen 0.38293
set title 'sha256' font 'Helvetica,12' offset 0,-0.4
set logscale x 2
set xrange [0.689655:23.2]
set xtics ('16' 16, '2' 2, '1' 1)
set xlabel 'tasks in flight, K (log scale)' offset 0,0.4
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1083396]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.99994635 to graph 1, first 0.99994635 nohead dashtype 3 linecolor rgb '#000000'
plot data index 25 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 25 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 25 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 26 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 26 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 26 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 27 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 27 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 27 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 28 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 28 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 28 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 29 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 29 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 29 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08618
set rmargin at screen 0.32675
set tmargin at screen 0.29103
set bmargin at screen 0.07659
set title 'hash_tree' font 'Helvetica,12' offset 0,-0.4
set ylabel 'bound / measured' offset 0.6,0
set logscale x 2
set xrange [0.689655:23.2]
set xtics ('16' 16, '2' 2, '1' 1)
set xlabel 'tasks in flight, K (log scale)' offset 0,0.4
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.100132]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 1.0000946 to graph 1, first 1.0000946 nohead dashtype 3 linecolor rgb '#000000'
plot data index 30 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 30 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 30 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 31 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 31 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 31 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 32 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 32 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 32 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 33 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 33 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 33 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 34 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 34 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 34 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.40575
set rmargin at screen 0.64632
set tmargin at screen 0.29103
set bmargin at screen 0.07659
set title 'io_cpu_mix' font 'Helvetica,12' offset 0,-0.4
set logscale x 2
set xrange [0.689655:46.4]
set xtics ('32' 32, '8' 8, '2' 2, '1' 1)
set xlabel 'tasks in flight, K (log scale)' offset 0,0.4
set arrow from first 2, graph 0 to first 2, graph 1 nohead dashtype 2 linecolor rgb '#999999' back
set label 'P' at first 2, graph 1.0 left offset 0.3,-0.5 textcolor rgb '#777777'
set yrange [0:1.1]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
set arrow from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb '#999999' back
set arrow from graph 0, first 0.97289628 to graph 1, first 0.97289628 nohead dashtype 3 linecolor rgb '#000000'
plot data index 35 using 1:2 with lines linewidth 1.6 linecolor rgb '#000000', \
  data index 35 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#000000', \
  data index 35 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.8, \
  data index 36 using 1:2 with lines linewidth 1.6 linecolor rgb '#D55E00', \
  data index 36 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#D55E00', \
  data index 36 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.8, \
  data index 37 using 1:2 with lines linewidth 1.6 linecolor rgb '#0072B2', \
  data index 37 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#0072B2', \
  data index 37 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.8, \
  data index 38 using 1:2 with lines linewidth 1.6 linecolor rgb '#009E73', \
  data index 38 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#009E73', \
  data index 38 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.8, \
  data index 39 using 1:2 with lines linewidth 1.6 linecolor rgb '#CC79A7', \
  data index 39 using 1:3:(0):($4-$3) with vectors nohead linewidth 2.2 linecolor rgb '#CC79A7', \
  data index 39 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.8
unset multiplot
set output
