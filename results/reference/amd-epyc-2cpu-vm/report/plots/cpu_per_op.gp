# Draw again: gnuplot --default-settings cpu_per_op.gp   (in this directory)
data = 'cpu_per_op.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'cpu_per_op.svg' }
set encoding utf8
set terminal svg size 1102,1194 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
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
stats data index 33 using 1 nooutput
if (STATS_records != 1) { exit error check(33, 1, 1, STATS_records) }
stats data index 33 using 2 nooutput
if (STATS_records != 1) { exit error check(33, 2, 1, STATS_records) }
stats data index 33 using 3 nooutput
if (STATS_records != 1) { exit error check(33, 3, 1, STATS_records) }
stats data index 33 using 4 nooutput
if (STATS_records != 1) { exit error check(33, 4, 1, STATS_records) }
stats data index 33 using 5 nooutput
if (STATS_records != 1) { exit error check(33, 5, 1, STATS_records) }
stats data index 34 using 1 nooutput
if (STATS_records != 1) { exit error check(34, 1, 1, STATS_records) }
stats data index 34 using 2 nooutput
if (STATS_records != 1) { exit error check(34, 2, 1, STATS_records) }
stats data index 34 using 3 nooutput
if (STATS_records != 1) { exit error check(34, 3, 1, STATS_records) }
stats data index 34 using 4 nooutput
if (STATS_records != 1) { exit error check(34, 4, 1, STATS_records) }
stats data index 34 using 5 nooutput
if (STATS_records != 1) { exit error check(34, 5, 1, STATS_records) }
stats data index 35 using 1 nooutput
if (STATS_records != 1) { exit error check(35, 1, 1, STATS_records) }
stats data index 35 using 2 nooutput
if (STATS_records != 1) { exit error check(35, 2, 1, STATS_records) }
stats data index 35 using 3 nooutput
if (STATS_records != 1) { exit error check(35, 3, 1, STATS_records) }
stats data index 35 using 4 nooutput
if (STATS_records != 1) { exit error check(35, 4, 1, STATS_records) }
stats data index 35 using 5 nooutput
if (STATS_records != 1) { exit error check(35, 5, 1, STATS_records) }
stats data index 36 using 1 nooutput
if (STATS_records != 1) { exit error check(36, 1, 1, STATS_records) }
stats data index 36 using 2 nooutput
if (STATS_records != 1) { exit error check(36, 2, 1, STATS_records) }
stats data index 36 using 3 nooutput
if (STATS_records != 1) { exit error check(36, 3, 1, STATS_records) }
stats data index 36 using 4 nooutput
if (STATS_records != 1) { exit error check(36, 4, 1, STATS_records) }
stats data index 36 using 5 nooutput
if (STATS_records != 1) { exit error check(36, 5, 1, STATS_records) }
stats data index 37 using 1 nooutput
if (STATS_records != 1) { exit error check(37, 1, 1, STATS_records) }
stats data index 37 using 2 nooutput
if (STATS_records != 1) { exit error check(37, 2, 1, STATS_records) }
stats data index 37 using 3 nooutput
if (STATS_records != 1) { exit error check(37, 3, 1, STATS_records) }
stats data index 37 using 4 nooutput
if (STATS_records != 1) { exit error check(37, 4, 1, STATS_records) }
stats data index 37 using 5 nooutput
if (STATS_records != 1) { exit error check(37, 5, 1, STATS_records) }
stats data index 38 using 1 nooutput
if (STATS_records != 1) { exit error check(38, 1, 1, STATS_records) }
stats data index 38 using 2 nooutput
if (STATS_records != 1) { exit error check(38, 2, 1, STATS_records) }
stats data index 38 using 3 nooutput
if (STATS_records != 1) { exit error check(38, 3, 1, STATS_records) }
stats data index 38 using 4 nooutput
if (STATS_records != 1) { exit error check(38, 4, 1, STATS_records) }
stats data index 38 using 5 nooutput
if (STATS_records != 1) { exit error check(38, 5, 1, STATS_records) }
stats data index 39 using 1 nooutput
if (STATS_records != 1) { exit error check(39, 1, 1, STATS_records) }
stats data index 39 using 2 nooutput
if (STATS_records != 1) { exit error check(39, 2, 1, STATS_records) }
stats data index 39 using 3 nooutput
if (STATS_records != 1) { exit error check(39, 3, 1, STATS_records) }
stats data index 39 using 4 nooutput
if (STATS_records != 1) { exit error check(39, 4, 1, STATS_records) }
stats data index 39 using 5 nooutput
if (STATS_records != 1) { exit error check(39, 5, 1, STATS_records) }
stats data index 40 using 1 nooutput
if (STATS_records != 1) { exit error check(40, 1, 1, STATS_records) }
stats data index 40 using 2 nooutput
if (STATS_records != 1) { exit error check(40, 2, 1, STATS_records) }
stats data index 40 using 3 nooutput
if (STATS_records != 1) { exit error check(40, 3, 1, STATS_records) }
stats data index 40 using 4 nooutput
if (STATS_records != 1) { exit error check(40, 4, 1, STATS_records) }
stats data index 40 using 5 nooutput
if (STATS_records != 1) { exit error check(40, 5, 1, STATS_records) }
stats data index 41 using 1 nooutput
if (STATS_records != 1) { exit error check(41, 1, 1, STATS_records) }
stats data index 41 using 2 nooutput
if (STATS_records != 1) { exit error check(41, 2, 1, STATS_records) }
stats data index 41 using 3 nooutput
if (STATS_records != 1) { exit error check(41, 3, 1, STATS_records) }
stats data index 41 using 4 nooutput
if (STATS_records != 1) { exit error check(41, 4, 1, STATS_records) }
stats data index 41 using 5 nooutput
if (STATS_records != 1) { exit error check(41, 5, 1, STATS_records) }
stats data index 42 using 1 nooutput
if (STATS_records != 1) { exit error check(42, 1, 1, STATS_records) }
stats data index 42 using 2 nooutput
if (STATS_records != 1) { exit error check(42, 2, 1, STATS_records) }
stats data index 42 using 3 nooutput
if (STATS_records != 1) { exit error check(42, 3, 1, STATS_records) }
stats data index 42 using 4 nooutput
if (STATS_records != 1) { exit error check(42, 4, 1, STATS_records) }
stats data index 42 using 5 nooutput
if (STATS_records != 1) { exit error check(42, 5, 1, STATS_records) }
stats data index 43 using 1 nooutput
if (STATS_records != 1) { exit error check(43, 1, 1, STATS_records) }
stats data index 43 using 2 nooutput
if (STATS_records != 1) { exit error check(43, 2, 1, STATS_records) }
stats data index 43 using 3 nooutput
if (STATS_records != 1) { exit error check(43, 3, 1, STATS_records) }
stats data index 43 using 4 nooutput
if (STATS_records != 1) { exit error check(43, 4, 1, STATS_records) }
stats data index 43 using 5 nooutput
if (STATS_records != 1) { exit error check(43, 5, 1, STATS_records) }
stats data index 44 using 1 nooutput
if (STATS_records != 1) { exit error check(44, 1, 1, STATS_records) }
stats data index 44 using 2 nooutput
if (STATS_records != 1) { exit error check(44, 2, 1, STATS_records) }
stats data index 44 using 3 nooutput
if (STATS_records != 1) { exit error check(44, 3, 1, STATS_records) }
stats data index 44 using 4 nooutput
if (STATS_records != 1) { exit error check(44, 4, 1, STATS_records) }
stats data index 44 using 5 nooutput
if (STATS_records != 1) { exit error check(44, 5, 1, STATS_records) }
stats data index 45 using 1 nooutput
if (STATS_records != 1) { exit error check(45, 1, 1, STATS_records) }
stats data index 45 using 2 nooutput
if (STATS_records != 1) { exit error check(45, 2, 1, STATS_records) }
stats data index 45 using 3 nooutput
if (STATS_records != 1) { exit error check(45, 3, 1, STATS_records) }
stats data index 45 using 4 nooutput
if (STATS_records != 1) { exit error check(45, 4, 1, STATS_records) }
stats data index 45 using 5 nooutput
if (STATS_records != 1) { exit error check(45, 5, 1, STATS_records) }
stats data index 46 using 1 nooutput
if (STATS_records != 1) { exit error check(46, 1, 1, STATS_records) }
stats data index 46 using 2 nooutput
if (STATS_records != 1) { exit error check(46, 2, 1, STATS_records) }
stats data index 46 using 3 nooutput
if (STATS_records != 1) { exit error check(46, 3, 1, STATS_records) }
stats data index 46 using 4 nooutput
if (STATS_records != 1) { exit error check(46, 4, 1, STATS_records) }
stats data index 46 using 5 nooutput
if (STATS_records != 1) { exit error check(46, 5, 1, STATS_records) }
stats data index 47 using 1 nooutput
if (STATS_records != 1) { exit error check(47, 1, 1, STATS_records) }
stats data index 47 using 2 nooutput
if (STATS_records != 1) { exit error check(47, 2, 1, STATS_records) }
stats data index 47 using 3 nooutput
if (STATS_records != 1) { exit error check(47, 3, 1, STATS_records) }
stats data index 47 using 4 nooutput
if (STATS_records != 1) { exit error check(47, 4, 1, STATS_records) }
stats data index 47 using 5 nooutput
if (STATS_records != 1) { exit error check(47, 5, 1, STATS_records) }
stats data index 48 using 1 nooutput
if (STATS_records != 1) { exit error check(48, 1, 1, STATS_records) }
stats data index 48 using 2 nooutput
if (STATS_records != 1) { exit error check(48, 2, 1, STATS_records) }
stats data index 48 using 3 nooutput
if (STATS_records != 1) { exit error check(48, 3, 1, STATS_records) }
stats data index 48 using 4 nooutput
if (STATS_records != 1) { exit error check(48, 4, 1, STATS_records) }
stats data index 48 using 5 nooutput
if (STATS_records != 1) { exit error check(48, 5, 1, STATS_records) }
stats data index 49 using 1 nooutput
if (STATS_records != 1) { exit error check(49, 1, 1, STATS_records) }
stats data index 49 using 2 nooutput
if (STATS_records != 1) { exit error check(49, 2, 1, STATS_records) }
stats data index 49 using 3 nooutput
if (STATS_records != 1) { exit error check(49, 3, 1, STATS_records) }
stats data index 49 using 4 nooutput
if (STATS_records != 1) { exit error check(49, 4, 1, STATS_records) }
stats data index 49 using 5 nooutput
if (STATS_records != 1) { exit error check(49, 5, 1, STATS_records) }
stats data index 50 using 1 nooutput
if (STATS_records != 1) { exit error check(50, 1, 1, STATS_records) }
stats data index 50 using 2 nooutput
if (STATS_records != 1) { exit error check(50, 2, 1, STATS_records) }
stats data index 50 using 3 nooutput
if (STATS_records != 1) { exit error check(50, 3, 1, STATS_records) }
stats data index 50 using 4 nooutput
if (STATS_records != 1) { exit error check(50, 4, 1, STATS_records) }
stats data index 50 using 5 nooutput
if (STATS_records != 1) { exit error check(50, 5, 1, STATS_records) }
stats data index 51 using 1 nooutput
if (STATS_records != 1) { exit error check(51, 1, 1, STATS_records) }
stats data index 51 using 2 nooutput
if (STATS_records != 1) { exit error check(51, 2, 1, STATS_records) }
stats data index 51 using 3 nooutput
if (STATS_records != 1) { exit error check(51, 3, 1, STATS_records) }
stats data index 51 using 4 nooutput
if (STATS_records != 1) { exit error check(51, 4, 1, STATS_records) }
stats data index 51 using 5 nooutput
if (STATS_records != 1) { exit error check(51, 5, 1, STATS_records) }
stats data index 52 using 1 nooutput
if (STATS_records != 1) { exit error check(52, 1, 1, STATS_records) }
stats data index 52 using 2 nooutput
if (STATS_records != 1) { exit error check(52, 2, 1, STATS_records) }
stats data index 52 using 3 nooutput
if (STATS_records != 1) { exit error check(52, 3, 1, STATS_records) }
stats data index 52 using 4 nooutput
if (STATS_records != 1) { exit error check(52, 4, 1, STATS_records) }
stats data index 52 using 5 nooutput
if (STATS_records != 1) { exit error check(52, 5, 1, STATS_records) }
stats data index 53 using 1 nooutput
if (STATS_records != 1) { exit error check(53, 1, 1, STATS_records) }
stats data index 53 using 2 nooutput
if (STATS_records != 1) { exit error check(53, 2, 1, STATS_records) }
stats data index 53 using 3 nooutput
if (STATS_records != 1) { exit error check(53, 3, 1, STATS_records) }
stats data index 53 using 4 nooutput
if (STATS_records != 1) { exit error check(53, 4, 1, STATS_records) }
stats data index 53 using 5 nooutput
if (STATS_records != 1) { exit error check(53, 5, 1, STATS_records) }
stats data index 54 using 1 nooutput
if (STATS_records != 1) { exit error check(54, 1, 1, STATS_records) }
stats data index 54 using 2 nooutput
if (STATS_records != 1) { exit error check(54, 2, 1, STATS_records) }
stats data index 54 using 3 nooutput
if (STATS_records != 1) { exit error check(54, 3, 1, STATS_records) }
stats data index 54 using 4 nooutput
if (STATS_records != 1) { exit error check(54, 4, 1, STATS_records) }
stats data index 54 using 5 nooutput
if (STATS_records != 1) { exit error check(54, 5, 1, STATS_records) }
stats data index 55 using 1 nooutput
if (STATS_records != 1) { exit error check(55, 1, 1, STATS_records) }
stats data index 55 using 2 nooutput
if (STATS_records != 1) { exit error check(55, 2, 1, STATS_records) }
stats data index 55 using 3 nooutput
if (STATS_records != 1) { exit error check(55, 3, 1, STATS_records) }
stats data index 55 using 4 nooutput
if (STATS_records != 1) { exit error check(55, 4, 1, STATS_records) }
stats data index 55 using 5 nooutput
if (STATS_records != 1) { exit error check(55, 5, 1, STATS_records) }
stats data index 56 using 1 nooutput
if (STATS_records != 1) { exit error check(56, 1, 1, STATS_records) }
stats data index 56 using 2 nooutput
if (STATS_records != 1) { exit error check(56, 2, 1, STATS_records) }
stats data index 56 using 3 nooutput
if (STATS_records != 1) { exit error check(56, 3, 1, STATS_records) }
stats data index 56 using 4 nooutput
if (STATS_records != 1) { exit error check(56, 4, 1, STATS_records) }
stats data index 56 using 5 nooutput
if (STATS_records != 1) { exit error check(56, 5, 1, STATS_records) }
stats data index 57 using 1 nooutput
if (STATS_records != 1) { exit error check(57, 1, 1, STATS_records) }
stats data index 57 using 2 nooutput
if (STATS_records != 1) { exit error check(57, 2, 1, STATS_records) }
stats data index 57 using 3 nooutput
if (STATS_records != 1) { exit error check(57, 3, 1, STATS_records) }
stats data index 57 using 4 nooutput
if (STATS_records != 1) { exit error check(57, 4, 1, STATS_records) }
stats data index 57 using 5 nooutput
if (STATS_records != 1) { exit error check(57, 5, 1, STATS_records) }
stats data index 58 using 1 nooutput
if (STATS_records != 1) { exit error check(58, 1, 1, STATS_records) }
stats data index 58 using 2 nooutput
if (STATS_records != 1) { exit error check(58, 2, 1, STATS_records) }
stats data index 58 using 3 nooutput
if (STATS_records != 1) { exit error check(58, 3, 1, STATS_records) }
stats data index 58 using 4 nooutput
if (STATS_records != 1) { exit error check(58, 4, 1, STATS_records) }
stats data index 58 using 5 nooutput
if (STATS_records != 1) { exit error check(58, 5, 1, STATS_records) }
set multiplot
set label 1 'CPU time per op (full colour: user, pale: system)' at screen 0.01270,0.98325 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.08711
set rmargin at screen 0.33031
set tmargin at screen 0.94472
set bmargin at screen 0.79732
set title 'sleep_fanout, K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:322660.34]
set ytics ('0' 0, '50 µs' 50000, '100 µs' 100000, '150 µs' 150000, '200 µs' 200000, '250 µs' 250000, '300 µs' 300000)
plot data index 0 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 0 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 0 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 0 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 1 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 1 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 1 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 1 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 2 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 2 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 2 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 2 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 3 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 3 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 3 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 3 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 4 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 4 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 4 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 4 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.94472
set bmargin at screen 0.79732
set title 'fetch_many, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:128174.06]
set ytics ('0' 0, '20 µs' 20000, '40 µs' 40000, '60 µs' 60000, '80 µs' 80000, '100 µs' 100000, '120 µs' 120000)
plot data index 5 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 5 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 5 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 5 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 6 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 6 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 6 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 6 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 7 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 7 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 7 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 7 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 8 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 8 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 8 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 8 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 9 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 9 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 9 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 9 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.94472
set bmargin at screen 0.79732
set title 'pipe_pairs, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:4644.2632]
set ytics ('0' 0, '1 µs' 1000, '2 µs' 2000, '3 µs' 3000, '4 µs' 4000)
plot data index 10 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 10 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 10 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 10 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 11 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 11 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 11 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 11 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 12 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 12 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 12 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 12 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 13 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 13 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 13 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 13 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.71022
set bmargin at screen 0.56281
set title 'file_random_read[mode=hot], K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:940.17975]
set ytics ('0' 0, '200 ns' 200, '400 ns' 400, '600 ns' 600, '800 ns' 800)
plot data index 14 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 14 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 14 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 14 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 15 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 15 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 15 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 15 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 16 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 16 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 16 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 16 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 17 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 17 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 17 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 17 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 18 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 18 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 18 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 18 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.71022
set bmargin at screen 0.56281
set title 'file_random_read[mode=direct], K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:26874.439]
set ytics ('0' 0, '5 µs' 5000, '10 µs' 10000, '15 µs' 15000, '20 µs' 20000, '25 µs' 25000)
plot data index 19 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 19 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 19 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 19 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 20 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 20 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 20 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 20 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 21 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 21 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 21 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 21 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 22 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 22 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 22 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 22 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 23 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 23 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 23 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 23 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.71022
set bmargin at screen 0.56281
set title 'mandelbrot, K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:104074.37]
set ytics ('0' 0, '20 µs' 20000, '40 µs' 40000, '60 µs' 60000, '80 µs' 80000, '100 µs' 100000)
plot data index 24 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 24 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 24 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 24 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 25 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 25 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 25 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 25 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 26 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 26 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 26 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 26 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 27 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 27 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 27 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 27 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 28 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 28 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 28 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 28 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.47571
set bmargin at screen 0.32831
set title 'sha256, K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:37304.824]
set ytics ('0' 0, '10 µs' 10000, '20 µs' 20000, '30 µs' 30000)
plot data index 29 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 29 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 29 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 29 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 30 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 30 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 30 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 30 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 31 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 31 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 31 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 31 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 32 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 32 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 32 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 32 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 33 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 33 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 33 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 33 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.47571
set bmargin at screen 0.32831
set title 'fib[cutoff=0], K = 2' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:13509164]
set ytics ('0' 0, '2 ms' 2000000, '4 ms' 4000000, '6 ms' 6000000, '8 ms' 8000000, '10 ms' 10000000, '12 ms' 12000000)
plot data index 34 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 34 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 34 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 34 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 35 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 35 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 35 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 35 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 36 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 36 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 36 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 36 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 37 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 37 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 37 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 37 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 38 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 38 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 38 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 38 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.47571
set bmargin at screen 0.32831
set title 'skynet, K = 2' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:3088681.2]
set ytics ('0' 0, '500 µs' 500000, '1 ms' 1000000, '1.5 ms' 1500000, '2 ms' 2000000, '2.5 ms' 2500000, '3 ms' 3000000)
plot data index 39 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 39 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 39 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 39 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 40 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 40 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 40 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 40 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 41 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 41 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 41 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 41 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 42 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 42 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 42 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 42 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 43 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 43 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 43 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 43 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.24121
set bmargin at screen 0.09380
set title 'hash_tree, K = 16' font 'Helvetica,12' offset 0,-0.4
set ylabel 'CPU time per op' offset 0.6,0
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:46747.336]
set ytics ('0' 0, '10 µs' 10000, '20 µs' 20000, '30 µs' 30000, '40 µs' 40000)
plot data index 44 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 44 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 44 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 44 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 45 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 45 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 45 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 45 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 46 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 46 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 46 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 46 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 47 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 47 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 47 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 47 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 48 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 48 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 48 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 48 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.24121
set bmargin at screen 0.09380
set title 'grain[steps=100], K = 16' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:280737.07]
set ytics ('0' 0, '50 µs' 50000, '100 µs' 100000, '150 µs' 150000, '200 µs' 200000, '250 µs' 250000)
plot data index 49 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 49 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 49 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 49 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 50 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 50 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 50 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 50 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 51 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 51 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 51 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 51 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 52 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 52 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 52 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 52 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 53 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 53 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 53 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 53 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
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
set tmargin at screen 0.24121
set bmargin at screen 0.09380
set title 'io_cpu_mix, K = 8' font 'Helvetica,12' offset 0,-0.4
set boxwidth 0.72
set xrange [-0.6:4.6]
set xtics ('serial' 0, 'threads' 1, 'pool' 2, 'processes' 3, 'coroutines' 4) rotate by 25 right offset 0.8,0 scale 0
set yrange [0:313232.91]
set ytics ('0' 0, '50 µs' 50000, '100 µs' 100000, '150 µs' 150000, '200 µs' 200000, '250 µs' 250000, '300 µs' 300000)
plot data index 54 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#000000', \
  data index 54 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#000000', \
  data index 54 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 54 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 55 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#D55E00', \
  data index 55 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#D55E00', \
  data index 55 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 55 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 56 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#0072B2', \
  data index 56 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#0072B2', \
  data index 56 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 56 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 57 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#009E73', \
  data index 57 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#009E73', \
  data index 57 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 57 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222', \
  data index 58 using 1:2 with boxes fillstyle solid 0.35 noborder linecolor rgb '#CC79A7', \
  data index 58 using 1:3 with boxes fillstyle solid 1 noborder linecolor rgb '#CC79A7', \
  data index 58 using 1:4:(0):($5-$4) with vectors nohead linewidth 1.6 linecolor rgb '#222222', \
  data index 58 using 1:5:6 with labels offset 0,0.7 font 'Helvetica,10' textcolor rgb '#222222'
unset multiplot
set output
