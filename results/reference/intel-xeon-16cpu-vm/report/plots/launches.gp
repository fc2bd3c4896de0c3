# Draw again: gnuplot --default-settings launches.gp   (in this directory)
data = 'launches.dat'
if (ARGC >= 1) { set output ARG1 } else { set output 'launches.svg' }
set encoding utf8
set terminal svg size 1120,754 dynamic noenhanced font 'Helvetica,12' background rgb 'white'
check(block, column, wanted, got) = sprintf('%s block %d column %d: %d numbers, %d expected', data, block, column, got, wanted)
stats data index 0 using 1 nooutput
if (STATS_records != 9) { exit error check(0, 1, 9, STATS_records) }
stats data index 0 using 2 nooutput
if (STATS_records != 9) { exit error check(0, 2, 9, STATS_records) }
stats data index 1 using 1 nooutput
if (STATS_records != 1) { exit error check(1, 1, 1, STATS_records) }
stats data index 1 using 2 nooutput
if (STATS_records != 1) { exit error check(1, 2, 1, STATS_records) }
stats data index 1 using 3 nooutput
if (STATS_records != 1) { exit error check(1, 3, 1, STATS_records) }
stats data index 1 using 4 nooutput
if (STATS_records != 1) { exit error check(1, 4, 1, STATS_records) }
stats data index 2 using 1 nooutput
if (STATS_records != 9) { exit error check(2, 1, 9, STATS_records) }
stats data index 2 using 2 nooutput
if (STATS_records != 9) { exit error check(2, 2, 9, STATS_records) }
stats data index 3 using 1 nooutput
if (STATS_records != 1) { exit error check(3, 1, 1, STATS_records) }
stats data index 3 using 2 nooutput
if (STATS_records != 1) { exit error check(3, 2, 1, STATS_records) }
stats data index 3 using 3 nooutput
if (STATS_records != 1) { exit error check(3, 3, 1, STATS_records) }
stats data index 3 using 4 nooutput
if (STATS_records != 1) { exit error check(3, 4, 1, STATS_records) }
stats data index 4 using 1 nooutput
if (STATS_records != 9) { exit error check(4, 1, 9, STATS_records) }
stats data index 4 using 2 nooutput
if (STATS_records != 9) { exit error check(4, 2, 9, STATS_records) }
stats data index 5 using 1 nooutput
if (STATS_records != 1) { exit error check(5, 1, 1, STATS_records) }
stats data index 5 using 2 nooutput
if (STATS_records != 1) { exit error check(5, 2, 1, STATS_records) }
stats data index 5 using 3 nooutput
if (STATS_records != 1) { exit error check(5, 3, 1, STATS_records) }
stats data index 5 using 4 nooutput
if (STATS_records != 1) { exit error check(5, 4, 1, STATS_records) }
stats data index 6 using 1 nooutput
if (STATS_records != 9) { exit error check(6, 1, 9, STATS_records) }
stats data index 6 using 2 nooutput
if (STATS_records != 9) { exit error check(6, 2, 9, STATS_records) }
stats data index 7 using 1 nooutput
if (STATS_records != 1) { exit error check(7, 1, 1, STATS_records) }
stats data index 7 using 2 nooutput
if (STATS_records != 1) { exit error check(7, 2, 1, STATS_records) }
stats data index 7 using 3 nooutput
if (STATS_records != 1) { exit error check(7, 3, 1, STATS_records) }
stats data index 7 using 4 nooutput
if (STATS_records != 1) { exit error check(7, 4, 1, STATS_records) }
stats data index 8 using 1 nooutput
if (STATS_records != 9) { exit error check(8, 1, 9, STATS_records) }
stats data index 8 using 2 nooutput
if (STATS_records != 9) { exit error check(8, 2, 9, STATS_records) }
stats data index 9 using 1 nooutput
if (STATS_records != 1) { exit error check(9, 1, 1, STATS_records) }
stats data index 9 using 2 nooutput
if (STATS_records != 1) { exit error check(9, 2, 1, STATS_records) }
stats data index 9 using 3 nooutput
if (STATS_records != 1) { exit error check(9, 3, 1, STATS_records) }
stats data index 9 using 4 nooutput
if (STATS_records != 1) { exit error check(9, 4, 1, STATS_records) }
stats data index 10 using 1 nooutput
if (STATS_records != 9) { exit error check(10, 1, 9, STATS_records) }
stats data index 10 using 2 nooutput
if (STATS_records != 9) { exit error check(10, 2, 9, STATS_records) }
stats data index 11 using 1 nooutput
if (STATS_records != 1) { exit error check(11, 1, 1, STATS_records) }
stats data index 11 using 2 nooutput
if (STATS_records != 1) { exit error check(11, 2, 1, STATS_records) }
stats data index 11 using 3 nooutput
if (STATS_records != 1) { exit error check(11, 3, 1, STATS_records) }
stats data index 11 using 4 nooutput
if (STATS_records != 1) { exit error check(11, 4, 1, STATS_records) }
stats data index 12 using 1 nooutput
if (STATS_records != 9) { exit error check(12, 1, 9, STATS_records) }
stats data index 12 using 2 nooutput
if (STATS_records != 9) { exit error check(12, 2, 9, STATS_records) }
stats data index 13 using 1 nooutput
if (STATS_records != 1) { exit error check(13, 1, 1, STATS_records) }
stats data index 13 using 2 nooutput
if (STATS_records != 1) { exit error check(13, 2, 1, STATS_records) }
stats data index 13 using 3 nooutput
if (STATS_records != 1) { exit error check(13, 3, 1, STATS_records) }
stats data index 13 using 4 nooutput
if (STATS_records != 1) { exit error check(13, 4, 1, STATS_records) }
stats data index 14 using 1 nooutput
if (STATS_records != 9) { exit error check(14, 1, 9, STATS_records) }
stats data index 14 using 2 nooutput
if (STATS_records != 9) { exit error check(14, 2, 9, STATS_records) }
stats data index 15 using 1 nooutput
if (STATS_records != 1) { exit error check(15, 1, 1, STATS_records) }
stats data index 15 using 2 nooutput
if (STATS_records != 1) { exit error check(15, 2, 1, STATS_records) }
stats data index 15 using 3 nooutput
if (STATS_records != 1) { exit error check(15, 3, 1, STATS_records) }
stats data index 15 using 4 nooutput
if (STATS_records != 1) { exit error check(15, 4, 1, STATS_records) }
stats data index 16 using 1 nooutput
if (STATS_records != 9) { exit error check(16, 1, 9, STATS_records) }
stats data index 16 using 2 nooutput
if (STATS_records != 9) { exit error check(16, 2, 9, STATS_records) }
stats data index 17 using 1 nooutput
if (STATS_records != 1) { exit error check(17, 1, 1, STATS_records) }
stats data index 17 using 2 nooutput
if (STATS_records != 1) { exit error check(17, 2, 1, STATS_records) }
stats data index 17 using 3 nooutput
if (STATS_records != 1) { exit error check(17, 3, 1, STATS_records) }
stats data index 17 using 4 nooutput
if (STATS_records != 1) { exit error check(17, 4, 1, STATS_records) }
stats data index 18 using 1 nooutput
if (STATS_records != 9) { exit error check(18, 1, 9, STATS_records) }
stats data index 18 using 2 nooutput
if (STATS_records != 9) { exit error check(18, 2, 9, STATS_records) }
stats data index 19 using 1 nooutput
if (STATS_records != 1) { exit error check(19, 1, 1, STATS_records) }
stats data index 19 using 2 nooutput
if (STATS_records != 1) { exit error check(19, 2, 1, STATS_records) }
stats data index 19 using 3 nooutput
if (STATS_records != 1) { exit error check(19, 3, 1, STATS_records) }
stats data index 19 using 4 nooutput
if (STATS_records != 1) { exit error check(19, 4, 1, STATS_records) }
stats data index 20 using 1 nooutput
if (STATS_records != 9) { exit error check(20, 1, 9, STATS_records) }
stats data index 20 using 2 nooutput
if (STATS_records != 9) { exit error check(20, 2, 9, STATS_records) }
stats data index 21 using 1 nooutput
if (STATS_records != 1) { exit error check(21, 1, 1, STATS_records) }
stats data index 21 using 2 nooutput
if (STATS_records != 1) { exit error check(21, 2, 1, STATS_records) }
stats data index 21 using 3 nooutput
if (STATS_records != 1) { exit error check(21, 3, 1, STATS_records) }
stats data index 21 using 4 nooutput
if (STATS_records != 1) { exit error check(21, 4, 1, STATS_records) }
stats data index 22 using 1 nooutput
if (STATS_records != 9) { exit error check(22, 1, 9, STATS_records) }
stats data index 22 using 2 nooutput
if (STATS_records != 9) { exit error check(22, 2, 9, STATS_records) }
stats data index 23 using 1 nooutput
if (STATS_records != 1) { exit error check(23, 1, 1, STATS_records) }
stats data index 23 using 2 nooutput
if (STATS_records != 1) { exit error check(23, 2, 1, STATS_records) }
stats data index 23 using 3 nooutput
if (STATS_records != 1) { exit error check(23, 3, 1, STATS_records) }
stats data index 23 using 4 nooutput
if (STATS_records != 1) { exit error check(23, 4, 1, STATS_records) }
stats data index 24 using 1 nooutput
if (STATS_records != 9) { exit error check(24, 1, 9, STATS_records) }
stats data index 24 using 2 nooutput
if (STATS_records != 9) { exit error check(24, 2, 9, STATS_records) }
stats data index 25 using 1 nooutput
if (STATS_records != 1) { exit error check(25, 1, 1, STATS_records) }
stats data index 25 using 2 nooutput
if (STATS_records != 1) { exit error check(25, 2, 1, STATS_records) }
stats data index 25 using 3 nooutput
if (STATS_records != 1) { exit error check(25, 3, 1, STATS_records) }
stats data index 25 using 4 nooutput
if (STATS_records != 1) { exit error check(25, 4, 1, STATS_records) }
stats data index 26 using 1 nooutput
if (STATS_records != 9) { exit error check(26, 1, 9, STATS_records) }
stats data index 26 using 2 nooutput
if (STATS_records != 9) { exit error check(26, 2, 9, STATS_records) }
stats data index 27 using 1 nooutput
if (STATS_records != 1) { exit error check(27, 1, 1, STATS_records) }
stats data index 27 using 2 nooutput
if (STATS_records != 1) { exit error check(27, 2, 1, STATS_records) }
stats data index 27 using 3 nooutput
if (STATS_records != 1) { exit error check(27, 3, 1, STATS_records) }
stats data index 27 using 4 nooutput
if (STATS_records != 1) { exit error check(27, 4, 1, STATS_records) }
stats data index 28 using 1 nooutput
if (STATS_records != 9) { exit error check(28, 1, 9, STATS_records) }
stats data index 28 using 2 nooutput
if (STATS_records != 9) { exit error check(28, 2, 9, STATS_records) }
stats data index 29 using 1 nooutput
if (STATS_records != 1) { exit error check(29, 1, 1, STATS_records) }
stats data index 29 using 2 nooutput
if (STATS_records != 1) { exit error check(29, 2, 1, STATS_records) }
stats data index 29 using 3 nooutput
if (STATS_records != 1) { exit error check(29, 3, 1, STATS_records) }
stats data index 29 using 4 nooutput
if (STATS_records != 1) { exit error check(29, 4, 1, STATS_records) }
stats data index 30 using 1 nooutput
if (STATS_records != 9) { exit error check(30, 1, 9, STATS_records) }
stats data index 30 using 2 nooutput
if (STATS_records != 9) { exit error check(30, 2, 9, STATS_records) }
stats data index 31 using 1 nooutput
if (STATS_records != 1) { exit error check(31, 1, 1, STATS_records) }
stats data index 31 using 2 nooutput
if (STATS_records != 1) { exit error check(31, 2, 1, STATS_records) }
stats data index 31 using 3 nooutput
if (STATS_records != 1) { exit error check(31, 3, 1, STATS_records) }
stats data index 31 using 4 nooutput
if (STATS_records != 1) { exit error check(31, 4, 1, STATS_records) }
stats data index 32 using 1 nooutput
if (STATS_records != 9) { exit error check(32, 1, 9, STATS_records) }
stats data index 32 using 2 nooutput
if (STATS_records != 9) { exit error check(32, 2, 9, STATS_records) }
stats data index 33 using 1 nooutput
if (STATS_records != 1) { exit error check(33, 1, 1, STATS_records) }
stats data index 33 using 2 nooutput
if (STATS_records != 1) { exit error check(33, 2, 1, STATS_records) }
stats data index 33 using 3 nooutput
if (STATS_records != 1) { exit error check(33, 3, 1, STATS_records) }
stats data index 33 using 4 nooutput
if (STATS_records != 1) { exit error check(33, 4, 1, STATS_records) }
stats data index 34 using 1 nooutput
if (STATS_records != 9) { exit error check(34, 1, 9, STATS_records) }
stats data index 34 using 2 nooutput
if (STATS_records != 9) { exit error check(34, 2, 9, STATS_records) }
stats data index 35 using 1 nooutput
if (STATS_records != 1) { exit error check(35, 1, 1, STATS_records) }
stats data index 35 using 2 nooutput
if (STATS_records != 1) { exit error check(35, 2, 1, STATS_records) }
stats data index 35 using 3 nooutput
if (STATS_records != 1) { exit error check(35, 3, 1, STATS_records) }
stats data index 35 using 4 nooutput
if (STATS_records != 1) { exit error check(35, 4, 1, STATS_records) }
stats data index 36 using 1 nooutput
if (STATS_records != 9) { exit error check(36, 1, 9, STATS_records) }
stats data index 36 using 2 nooutput
if (STATS_records != 9) { exit error check(36, 2, 9, STATS_records) }
stats data index 37 using 1 nooutput
if (STATS_records != 1) { exit error check(37, 1, 1, STATS_records) }
stats data index 37 using 2 nooutput
if (STATS_records != 1) { exit error check(37, 2, 1, STATS_records) }
stats data index 37 using 3 nooutput
if (STATS_records != 1) { exit error check(37, 3, 1, STATS_records) }
stats data index 37 using 4 nooutput
if (STATS_records != 1) { exit error check(37, 4, 1, STATS_records) }
stats data index 38 using 1 nooutput
if (STATS_records != 9) { exit error check(38, 1, 9, STATS_records) }
stats data index 38 using 2 nooutput
if (STATS_records != 9) { exit error check(38, 2, 9, STATS_records) }
stats data index 39 using 1 nooutput
if (STATS_records != 1) { exit error check(39, 1, 1, STATS_records) }
stats data index 39 using 2 nooutput
if (STATS_records != 1) { exit error check(39, 2, 1, STATS_records) }
stats data index 39 using 3 nooutput
if (STATS_records != 1) { exit error check(39, 3, 1, STATS_records) }
stats data index 39 using 4 nooutput
if (STATS_records != 1) { exit error check(39, 4, 1, STATS_records) }
stats data index 40 using 1 nooutput
if (STATS_records != 9) { exit error check(40, 1, 9, STATS_records) }
stats data index 40 using 2 nooutput
if (STATS_records != 9) { exit error check(40, 2, 9, STATS_records) }
stats data index 41 using 1 nooutput
if (STATS_records != 1) { exit error check(41, 1, 1, STATS_records) }
stats data index 41 using 2 nooutput
if (STATS_records != 1) { exit error check(41, 2, 1, STATS_records) }
stats data index 41 using 3 nooutput
if (STATS_records != 1) { exit error check(41, 3, 1, STATS_records) }
stats data index 41 using 4 nooutput
if (STATS_records != 1) { exit error check(41, 4, 1, STATS_records) }
stats data index 42 using 1 nooutput
if (STATS_records != 9) { exit error check(42, 1, 9, STATS_records) }
stats data index 42 using 2 nooutput
if (STATS_records != 9) { exit error check(42, 2, 9, STATS_records) }
stats data index 43 using 1 nooutput
if (STATS_records != 1) { exit error check(43, 1, 1, STATS_records) }
stats data index 43 using 2 nooutput
if (STATS_records != 1) { exit error check(43, 2, 1, STATS_records) }
stats data index 43 using 3 nooutput
if (STATS_records != 1) { exit error check(43, 3, 1, STATS_records) }
stats data index 43 using 4 nooutput
if (STATS_records != 1) { exit error check(43, 4, 1, STATS_records) }
stats data index 44 using 1 nooutput
if (STATS_records != 9) { exit error check(44, 1, 9, STATS_records) }
stats data index 44 using 2 nooutput
if (STATS_records != 9) { exit error check(44, 2, 9, STATS_records) }
stats data index 45 using 1 nooutput
if (STATS_records != 1) { exit error check(45, 1, 1, STATS_records) }
stats data index 45 using 2 nooutput
if (STATS_records != 1) { exit error check(45, 2, 1, STATS_records) }
stats data index 45 using 3 nooutput
if (STATS_records != 1) { exit error check(45, 3, 1, STATS_records) }
stats data index 45 using 4 nooutput
if (STATS_records != 1) { exit error check(45, 4, 1, STATS_records) }
stats data index 46 using 1 nooutput
if (STATS_records != 9) { exit error check(46, 1, 9, STATS_records) }
stats data index 46 using 2 nooutput
if (STATS_records != 9) { exit error check(46, 2, 9, STATS_records) }
stats data index 47 using 1 nooutput
if (STATS_records != 1) { exit error check(47, 1, 1, STATS_records) }
stats data index 47 using 2 nooutput
if (STATS_records != 1) { exit error check(47, 2, 1, STATS_records) }
stats data index 47 using 3 nooutput
if (STATS_records != 1) { exit error check(47, 3, 1, STATS_records) }
stats data index 47 using 4 nooutput
if (STATS_records != 1) { exit error check(47, 4, 1, STATS_records) }
stats data index 48 using 1 nooutput
if (STATS_records != 9) { exit error check(48, 1, 9, STATS_records) }
stats data index 48 using 2 nooutput
if (STATS_records != 9) { exit error check(48, 2, 9, STATS_records) }
stats data index 49 using 1 nooutput
if (STATS_records != 1) { exit error check(49, 1, 1, STATS_records) }
stats data index 49 using 2 nooutput
if (STATS_records != 1) { exit error check(49, 2, 1, STATS_records) }
stats data index 49 using 3 nooutput
if (STATS_records != 1) { exit error check(49, 3, 1, STATS_records) }
stats data index 49 using 4 nooutput
if (STATS_records != 1) { exit error check(49, 4, 1, STATS_records) }
stats data index 50 using 1 nooutput
if (STATS_records != 9) { exit error check(50, 1, 9, STATS_records) }
stats data index 50 using 2 nooutput
if (STATS_records != 9) { exit error check(50, 2, 9, STATS_records) }
stats data index 51 using 1 nooutput
if (STATS_records != 1) { exit error check(51, 1, 1, STATS_records) }
stats data index 51 using 2 nooutput
if (STATS_records != 1) { exit error check(51, 2, 1, STATS_records) }
stats data index 51 using 3 nooutput
if (STATS_records != 1) { exit error check(51, 3, 1, STATS_records) }
stats data index 51 using 4 nooutput
if (STATS_records != 1) { exit error check(51, 4, 1, STATS_records) }
stats data index 52 using 1 nooutput
if (STATS_records != 9) { exit error check(52, 1, 9, STATS_records) }
stats data index 52 using 2 nooutput
if (STATS_records != 9) { exit error check(52, 2, 9, STATS_records) }
stats data index 53 using 1 nooutput
if (STATS_records != 1) { exit error check(53, 1, 1, STATS_records) }
stats data index 53 using 2 nooutput
if (STATS_records != 1) { exit error check(53, 2, 1, STATS_records) }
stats data index 53 using 3 nooutput
if (STATS_records != 1) { exit error check(53, 3, 1, STATS_records) }
stats data index 53 using 4 nooutput
if (STATS_records != 1) { exit error check(53, 4, 1, STATS_records) }
stats data index 54 using 1 nooutput
if (STATS_records != 9) { exit error check(54, 1, 9, STATS_records) }
stats data index 54 using 2 nooutput
if (STATS_records != 9) { exit error check(54, 2, 9, STATS_records) }
stats data index 55 using 1 nooutput
if (STATS_records != 1) { exit error check(55, 1, 1, STATS_records) }
stats data index 55 using 2 nooutput
if (STATS_records != 1) { exit error check(55, 2, 1, STATS_records) }
stats data index 55 using 3 nooutput
if (STATS_records != 1) { exit error check(55, 3, 1, STATS_records) }
stats data index 55 using 4 nooutput
if (STATS_records != 1) { exit error check(55, 4, 1, STATS_records) }
stats data index 56 using 1 nooutput
if (STATS_records != 9) { exit error check(56, 1, 9, STATS_records) }
stats data index 56 using 2 nooutput
if (STATS_records != 9) { exit error check(56, 2, 9, STATS_records) }
stats data index 57 using 1 nooutput
if (STATS_records != 1) { exit error check(57, 1, 1, STATS_records) }
stats data index 57 using 2 nooutput
if (STATS_records != 1) { exit error check(57, 2, 1, STATS_records) }
stats data index 57 using 3 nooutput
if (STATS_records != 1) { exit error check(57, 3, 1, STATS_records) }
stats data index 57 using 4 nooutput
if (STATS_records != 1) { exit error check(57, 4, 1, STATS_records) }
stats data index 58 using 1 nooutput
if (STATS_records != 9) { exit error check(58, 1, 9, STATS_records) }
stats data index 58 using 2 nooutput
if (STATS_records != 9) { exit error check(58, 2, 9, STATS_records) }
stats data index 59 using 1 nooutput
if (STATS_records != 1) { exit error check(59, 1, 1, STATS_records) }
stats data index 59 using 2 nooutput
if (STATS_records != 1) { exit error check(59, 2, 1, STATS_records) }
stats data index 59 using 3 nooutput
if (STATS_records != 1) { exit error check(59, 3, 1, STATS_records) }
stats data index 59 using 4 nooutput
if (STATS_records != 1) { exit error check(59, 4, 1, STATS_records) }
stats data index 60 using 1 nooutput
if (STATS_records != 9) { exit error check(60, 1, 9, STATS_records) }
stats data index 60 using 2 nooutput
if (STATS_records != 9) { exit error check(60, 2, 9, STATS_records) }
stats data index 61 using 1 nooutput
if (STATS_records != 1) { exit error check(61, 1, 1, STATS_records) }
stats data index 61 using 2 nooutput
if (STATS_records != 1) { exit error check(61, 2, 1, STATS_records) }
stats data index 61 using 3 nooutput
if (STATS_records != 1) { exit error check(61, 3, 1, STATS_records) }
stats data index 61 using 4 nooutput
if (STATS_records != 1) { exit error check(61, 4, 1, STATS_records) }
stats data index 62 using 1 nooutput
if (STATS_records != 9) { exit error check(62, 1, 9, STATS_records) }
stats data index 62 using 2 nooutput
if (STATS_records != 9) { exit error check(62, 2, 9, STATS_records) }
stats data index 63 using 1 nooutput
if (STATS_records != 1) { exit error check(63, 1, 1, STATS_records) }
stats data index 63 using 2 nooutput
if (STATS_records != 1) { exit error check(63, 2, 1, STATS_records) }
stats data index 63 using 3 nooutput
if (STATS_records != 1) { exit error check(63, 3, 1, STATS_records) }
stats data index 63 using 4 nooutput
if (STATS_records != 1) { exit error check(63, 4, 1, STATS_records) }
stats data index 64 using 1 nooutput
if (STATS_records != 9) { exit error check(64, 1, 9, STATS_records) }
stats data index 64 using 2 nooutput
if (STATS_records != 9) { exit error check(64, 2, 9, STATS_records) }
stats data index 65 using 1 nooutput
if (STATS_records != 1) { exit error check(65, 1, 1, STATS_records) }
stats data index 65 using 2 nooutput
if (STATS_records != 1) { exit error check(65, 2, 1, STATS_records) }
stats data index 65 using 3 nooutput
if (STATS_records != 1) { exit error check(65, 3, 1, STATS_records) }
stats data index 65 using 4 nooutput
if (STATS_records != 1) { exit error check(65, 4, 1, STATS_records) }
stats data index 66 using 1 nooutput
if (STATS_records != 9) { exit error check(66, 1, 9, STATS_records) }
stats data index 66 using 2 nooutput
if (STATS_records != 9) { exit error check(66, 2, 9, STATS_records) }
stats data index 67 using 1 nooutput
if (STATS_records != 1) { exit error check(67, 1, 1, STATS_records) }
stats data index 67 using 2 nooutput
if (STATS_records != 1) { exit error check(67, 2, 1, STATS_records) }
stats data index 67 using 3 nooutput
if (STATS_records != 1) { exit error check(67, 3, 1, STATS_records) }
stats data index 67 using 4 nooutput
if (STATS_records != 1) { exit error check(67, 4, 1, STATS_records) }
stats data index 68 using 1 nooutput
if (STATS_records != 9) { exit error check(68, 1, 9, STATS_records) }
stats data index 68 using 2 nooutput
if (STATS_records != 9) { exit error check(68, 2, 9, STATS_records) }
stats data index 69 using 1 nooutput
if (STATS_records != 1) { exit error check(69, 1, 1, STATS_records) }
stats data index 69 using 2 nooutput
if (STATS_records != 1) { exit error check(69, 2, 1, STATS_records) }
stats data index 69 using 3 nooutput
if (STATS_records != 1) { exit error check(69, 3, 1, STATS_records) }
stats data index 69 using 4 nooutput
if (STATS_records != 1) { exit error check(69, 4, 1, STATS_records) }
stats data index 70 using 1 nooutput
if (STATS_records != 9) { exit error check(70, 1, 9, STATS_records) }
stats data index 70 using 2 nooutput
if (STATS_records != 9) { exit error check(70, 2, 9, STATS_records) }
stats data index 71 using 1 nooutput
if (STATS_records != 1) { exit error check(71, 1, 1, STATS_records) }
stats data index 71 using 2 nooutput
if (STATS_records != 1) { exit error check(71, 2, 1, STATS_records) }
stats data index 71 using 3 nooutput
if (STATS_records != 1) { exit error check(71, 3, 1, STATS_records) }
stats data index 71 using 4 nooutput
if (STATS_records != 1) { exit error check(71, 4, 1, STATS_records) }
stats data index 72 using 1 nooutput
if (STATS_records != 9) { exit error check(72, 1, 9, STATS_records) }
stats data index 72 using 2 nooutput
if (STATS_records != 9) { exit error check(72, 2, 9, STATS_records) }
stats data index 73 using 1 nooutput
if (STATS_records != 1) { exit error check(73, 1, 1, STATS_records) }
stats data index 73 using 2 nooutput
if (STATS_records != 1) { exit error check(73, 2, 1, STATS_records) }
stats data index 73 using 3 nooutput
if (STATS_records != 1) { exit error check(73, 3, 1, STATS_records) }
stats data index 73 using 4 nooutput
if (STATS_records != 1) { exit error check(73, 4, 1, STATS_records) }
stats data index 74 using 1 nooutput
if (STATS_records != 9) { exit error check(74, 1, 9, STATS_records) }
stats data index 74 using 2 nooutput
if (STATS_records != 9) { exit error check(74, 2, 9, STATS_records) }
stats data index 75 using 1 nooutput
if (STATS_records != 1) { exit error check(75, 1, 1, STATS_records) }
stats data index 75 using 2 nooutput
if (STATS_records != 1) { exit error check(75, 2, 1, STATS_records) }
stats data index 75 using 3 nooutput
if (STATS_records != 1) { exit error check(75, 3, 1, STATS_records) }
stats data index 75 using 4 nooutput
if (STATS_records != 1) { exit error check(75, 4, 1, STATS_records) }
stats data index 76 using 1 nooutput
if (STATS_records != 9) { exit error check(76, 1, 9, STATS_records) }
stats data index 76 using 2 nooutput
if (STATS_records != 9) { exit error check(76, 2, 9, STATS_records) }
stats data index 77 using 1 nooutput
if (STATS_records != 1) { exit error check(77, 1, 1, STATS_records) }
stats data index 77 using 2 nooutput
if (STATS_records != 1) { exit error check(77, 2, 1, STATS_records) }
stats data index 77 using 3 nooutput
if (STATS_records != 1) { exit error check(77, 3, 1, STATS_records) }
stats data index 77 using 4 nooutput
if (STATS_records != 1) { exit error check(77, 4, 1, STATS_records) }
stats data index 78 using 1 nooutput
if (STATS_records != 9) { exit error check(78, 1, 9, STATS_records) }
stats data index 78 using 2 nooutput
if (STATS_records != 9) { exit error check(78, 2, 9, STATS_records) }
stats data index 79 using 1 nooutput
if (STATS_records != 1) { exit error check(79, 1, 1, STATS_records) }
stats data index 79 using 2 nooutput
if (STATS_records != 1) { exit error check(79, 2, 1, STATS_records) }
stats data index 79 using 3 nooutput
if (STATS_records != 1) { exit error check(79, 3, 1, STATS_records) }
stats data index 79 using 4 nooutput
if (STATS_records != 1) { exit error check(79, 4, 1, STATS_records) }
stats data index 80 using 1 nooutput
if (STATS_records != 9) { exit error check(80, 1, 9, STATS_records) }
stats data index 80 using 2 nooutput
if (STATS_records != 9) { exit error check(80, 2, 9, STATS_records) }
stats data index 81 using 1 nooutput
if (STATS_records != 1) { exit error check(81, 1, 1, STATS_records) }
stats data index 81 using 2 nooutput
if (STATS_records != 1) { exit error check(81, 2, 1, STATS_records) }
stats data index 81 using 3 nooutput
if (STATS_records != 1) { exit error check(81, 3, 1, STATS_records) }
stats data index 81 using 4 nooutput
if (STATS_records != 1) { exit error check(81, 4, 1, STATS_records) }
stats data index 82 using 1 nooutput
if (STATS_records != 9) { exit error check(82, 1, 9, STATS_records) }
stats data index 82 using 2 nooutput
if (STATS_records != 9) { exit error check(82, 2, 9, STATS_records) }
stats data index 83 using 1 nooutput
if (STATS_records != 1) { exit error check(83, 1, 1, STATS_records) }
stats data index 83 using 2 nooutput
if (STATS_records != 1) { exit error check(83, 2, 1, STATS_records) }
stats data index 83 using 3 nooutput
if (STATS_records != 1) { exit error check(83, 3, 1, STATS_records) }
stats data index 83 using 4 nooutput
if (STATS_records != 1) { exit error check(83, 4, 1, STATS_records) }
stats data index 84 using 1 nooutput
if (STATS_records != 9) { exit error check(84, 1, 9, STATS_records) }
stats data index 84 using 2 nooutput
if (STATS_records != 9) { exit error check(84, 2, 9, STATS_records) }
stats data index 85 using 1 nooutput
if (STATS_records != 1) { exit error check(85, 1, 1, STATS_records) }
stats data index 85 using 2 nooutput
if (STATS_records != 1) { exit error check(85, 2, 1, STATS_records) }
stats data index 85 using 3 nooutput
if (STATS_records != 1) { exit error check(85, 3, 1, STATS_records) }
stats data index 85 using 4 nooutput
if (STATS_records != 1) { exit error check(85, 4, 1, STATS_records) }
stats data index 86 using 1 nooutput
if (STATS_records != 9) { exit error check(86, 1, 9, STATS_records) }
stats data index 86 using 2 nooutput
if (STATS_records != 9) { exit error check(86, 2, 9, STATS_records) }
stats data index 87 using 1 nooutput
if (STATS_records != 1) { exit error check(87, 1, 1, STATS_records) }
stats data index 87 using 2 nooutput
if (STATS_records != 1) { exit error check(87, 2, 1, STATS_records) }
stats data index 87 using 3 nooutput
if (STATS_records != 1) { exit error check(87, 3, 1, STATS_records) }
stats data index 87 using 4 nooutput
if (STATS_records != 1) { exit error check(87, 4, 1, STATS_records) }
stats data index 88 using 1 nooutput
if (STATS_records != 9) { exit error check(88, 1, 9, STATS_records) }
stats data index 88 using 2 nooutput
if (STATS_records != 9) { exit error check(88, 2, 9, STATS_records) }
stats data index 89 using 1 nooutput
if (STATS_records != 1) { exit error check(89, 1, 1, STATS_records) }
stats data index 89 using 2 nooutput
if (STATS_records != 1) { exit error check(89, 2, 1, STATS_records) }
stats data index 89 using 3 nooutput
if (STATS_records != 1) { exit error check(89, 3, 1, STATS_records) }
stats data index 89 using 4 nooutput
if (STATS_records != 1) { exit error check(89, 4, 1, STATS_records) }
stats data index 90 using 1 nooutput
if (STATS_records != 9) { exit error check(90, 1, 9, STATS_records) }
stats data index 90 using 2 nooutput
if (STATS_records != 9) { exit error check(90, 2, 9, STATS_records) }
stats data index 91 using 1 nooutput
if (STATS_records != 1) { exit error check(91, 1, 1, STATS_records) }
stats data index 91 using 2 nooutput
if (STATS_records != 1) { exit error check(91, 2, 1, STATS_records) }
stats data index 91 using 3 nooutput
if (STATS_records != 1) { exit error check(91, 3, 1, STATS_records) }
stats data index 91 using 4 nooutput
if (STATS_records != 1) { exit error check(91, 4, 1, STATS_records) }
stats data index 92 using 1 nooutput
if (STATS_records != 9) { exit error check(92, 1, 9, STATS_records) }
stats data index 92 using 2 nooutput
if (STATS_records != 9) { exit error check(92, 2, 9, STATS_records) }
stats data index 93 using 1 nooutput
if (STATS_records != 1) { exit error check(93, 1, 1, STATS_records) }
stats data index 93 using 2 nooutput
if (STATS_records != 1) { exit error check(93, 2, 1, STATS_records) }
stats data index 93 using 3 nooutput
if (STATS_records != 1) { exit error check(93, 3, 1, STATS_records) }
stats data index 93 using 4 nooutput
if (STATS_records != 1) { exit error check(93, 4, 1, STATS_records) }
stats data index 94 using 1 nooutput
if (STATS_records != 9) { exit error check(94, 1, 9, STATS_records) }
stats data index 94 using 2 nooutput
if (STATS_records != 9) { exit error check(94, 2, 9, STATS_records) }
stats data index 95 using 1 nooutput
if (STATS_records != 1) { exit error check(95, 1, 1, STATS_records) }
stats data index 95 using 2 nooutput
if (STATS_records != 1) { exit error check(95, 2, 1, STATS_records) }
stats data index 95 using 3 nooutput
if (STATS_records != 1) { exit error check(95, 3, 1, STATS_records) }
stats data index 95 using 4 nooutput
if (STATS_records != 1) { exit error check(95, 4, 1, STATS_records) }
stats data index 96 using 1 nooutput
if (STATS_records != 9) { exit error check(96, 1, 9, STATS_records) }
stats data index 96 using 2 nooutput
if (STATS_records != 9) { exit error check(96, 2, 9, STATS_records) }
stats data index 97 using 1 nooutput
if (STATS_records != 1) { exit error check(97, 1, 1, STATS_records) }
stats data index 97 using 2 nooutput
if (STATS_records != 1) { exit error check(97, 2, 1, STATS_records) }
stats data index 97 using 3 nooutput
if (STATS_records != 1) { exit error check(97, 3, 1, STATS_records) }
stats data index 97 using 4 nooutput
if (STATS_records != 1) { exit error check(97, 4, 1, STATS_records) }
stats data index 98 using 1 nooutput
if (STATS_records != 9) { exit error check(98, 1, 9, STATS_records) }
stats data index 98 using 2 nooutput
if (STATS_records != 9) { exit error check(98, 2, 9, STATS_records) }
stats data index 99 using 1 nooutput
if (STATS_records != 1) { exit error check(99, 1, 1, STATS_records) }
stats data index 99 using 2 nooutput
if (STATS_records != 1) { exit error check(99, 2, 1, STATS_records) }
stats data index 99 using 3 nooutput
if (STATS_records != 1) { exit error check(99, 3, 1, STATS_records) }
stats data index 99 using 4 nooutput
if (STATS_records != 1) { exit error check(99, 4, 1, STATS_records) }
stats data index 100 using 1 nooutput
if (STATS_records != 9) { exit error check(100, 1, 9, STATS_records) }
stats data index 100 using 2 nooutput
if (STATS_records != 9) { exit error check(100, 2, 9, STATS_records) }
stats data index 101 using 1 nooutput
if (STATS_records != 1) { exit error check(101, 1, 1, STATS_records) }
stats data index 101 using 2 nooutput
if (STATS_records != 1) { exit error check(101, 2, 1, STATS_records) }
stats data index 101 using 3 nooutput
if (STATS_records != 1) { exit error check(101, 3, 1, STATS_records) }
stats data index 101 using 4 nooutput
if (STATS_records != 1) { exit error check(101, 4, 1, STATS_records) }
stats data index 102 using 1 nooutput
if (STATS_records != 9) { exit error check(102, 1, 9, STATS_records) }
stats data index 102 using 2 nooutput
if (STATS_records != 9) { exit error check(102, 2, 9, STATS_records) }
stats data index 103 using 1 nooutput
if (STATS_records != 1) { exit error check(103, 1, 1, STATS_records) }
stats data index 103 using 2 nooutput
if (STATS_records != 1) { exit error check(103, 2, 1, STATS_records) }
stats data index 103 using 3 nooutput
if (STATS_records != 1) { exit error check(103, 3, 1, STATS_records) }
stats data index 103 using 4 nooutput
if (STATS_records != 1) { exit error check(103, 4, 1, STATS_records) }
stats data index 104 using 1 nooutput
if (STATS_records != 9) { exit error check(104, 1, 9, STATS_records) }
stats data index 104 using 2 nooutput
if (STATS_records != 9) { exit error check(104, 2, 9, STATS_records) }
stats data index 105 using 1 nooutput
if (STATS_records != 1) { exit error check(105, 1, 1, STATS_records) }
stats data index 105 using 2 nooutput
if (STATS_records != 1) { exit error check(105, 2, 1, STATS_records) }
stats data index 105 using 3 nooutput
if (STATS_records != 1) { exit error check(105, 3, 1, STATS_records) }
stats data index 105 using 4 nooutput
if (STATS_records != 1) { exit error check(105, 4, 1, STATS_records) }
stats data index 106 using 1 nooutput
if (STATS_records != 9) { exit error check(106, 1, 9, STATS_records) }
stats data index 106 using 2 nooutput
if (STATS_records != 9) { exit error check(106, 2, 9, STATS_records) }
stats data index 107 using 1 nooutput
if (STATS_records != 1) { exit error check(107, 1, 1, STATS_records) }
stats data index 107 using 2 nooutput
if (STATS_records != 1) { exit error check(107, 2, 1, STATS_records) }
stats data index 107 using 3 nooutput
if (STATS_records != 1) { exit error check(107, 3, 1, STATS_records) }
stats data index 107 using 4 nooutput
if (STATS_records != 1) { exit error check(107, 4, 1, STATS_records) }
stats data index 108 using 1 nooutput
if (STATS_records != 9) { exit error check(108, 1, 9, STATS_records) }
stats data index 108 using 2 nooutput
if (STATS_records != 9) { exit error check(108, 2, 9, STATS_records) }
stats data index 109 using 1 nooutput
if (STATS_records != 1) { exit error check(109, 1, 1, STATS_records) }
stats data index 109 using 2 nooutput
if (STATS_records != 1) { exit error check(109, 2, 1, STATS_records) }
stats data index 109 using 3 nooutput
if (STATS_records != 1) { exit error check(109, 3, 1, STATS_records) }
stats data index 109 using 4 nooutput
if (STATS_records != 1) { exit error check(109, 4, 1, STATS_records) }
stats data index 110 using 1 nooutput
if (STATS_records != 9) { exit error check(110, 1, 9, STATS_records) }
stats data index 110 using 2 nooutput
if (STATS_records != 9) { exit error check(110, 2, 9, STATS_records) }
stats data index 111 using 1 nooutput
if (STATS_records != 1) { exit error check(111, 1, 1, STATS_records) }
stats data index 111 using 2 nooutput
if (STATS_records != 1) { exit error check(111, 2, 1, STATS_records) }
stats data index 111 using 3 nooutput
if (STATS_records != 1) { exit error check(111, 3, 1, STATS_records) }
stats data index 111 using 4 nooutput
if (STATS_records != 1) { exit error check(111, 4, 1, STATS_records) }
stats data index 112 using 1 nooutput
if (STATS_records != 9) { exit error check(112, 1, 9, STATS_records) }
stats data index 112 using 2 nooutput
if (STATS_records != 9) { exit error check(112, 2, 9, STATS_records) }
stats data index 113 using 1 nooutput
if (STATS_records != 1) { exit error check(113, 1, 1, STATS_records) }
stats data index 113 using 2 nooutput
if (STATS_records != 1) { exit error check(113, 2, 1, STATS_records) }
stats data index 113 using 3 nooutput
if (STATS_records != 1) { exit error check(113, 3, 1, STATS_records) }
stats data index 113 using 4 nooutput
if (STATS_records != 1) { exit error check(113, 4, 1, STATS_records) }
stats data index 114 using 1 nooutput
if (STATS_records != 9) { exit error check(114, 1, 9, STATS_records) }
stats data index 114 using 2 nooutput
if (STATS_records != 9) { exit error check(114, 2, 9, STATS_records) }
stats data index 115 using 1 nooutput
if (STATS_records != 1) { exit error check(115, 1, 1, STATS_records) }
stats data index 115 using 2 nooutput
if (STATS_records != 1) { exit error check(115, 2, 1, STATS_records) }
stats data index 115 using 3 nooutput
if (STATS_records != 1) { exit error check(115, 3, 1, STATS_records) }
stats data index 115 using 4 nooutput
if (STATS_records != 1) { exit error check(115, 4, 1, STATS_records) }
set multiplot
set label 1 'Launch by launch: the result of every trial' at screen 0.01250,0.97347 left font 'Helvetica,15'
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09464
set rmargin at screen 0.32321
set tmargin at screen 0.90716
set bmargin at screen 0.78382
set title 'sleep_fanout, K = 2048' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [723.65593:2273190.7]
set xtics ('1 k' 1000, '10 k' 10000, '100 k' 100000, '1 M' 1000000)
plot data index 1 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 0 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 1 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 3 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 2 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 3 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 5 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 4 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 5 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 7 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 6 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 7 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 9 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 8 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 9 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42321
set rmargin at screen 0.65179
set tmargin at screen 0.90716
set bmargin at screen 0.78382
set title 'fetch_many, K = 384' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [451.58186:126802.26]
set xtics ('1 k' 1000, '3 k' 3000, '10 k' 10000, '30 k' 30000, '100 k' 100000)
plot data index 11 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 10 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 11 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 13 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 12 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 13 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 15 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 14 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 15 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 17 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 16 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 17 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 19 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 18 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 19 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75179
set rmargin at screen 0.98036
set tmargin at screen 0.90716
set bmargin at screen 0.78382
set title 'pipe_pairs, K = 1024' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [549094.67:17964288]
set xtics ('1 M' 1000000, '3 M' 3000000, '10 M' 10000000)
plot data index 21 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 20 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 21 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 23 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 22 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 23 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 25 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 24 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 25 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 27 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 26 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 27 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09464
set rmargin at screen 0.32321
set tmargin at screen 0.68037
set bmargin at screen 0.55703
set title 'file_random_read[mode=hot], K = 1024' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [339214.58:7812084.6]
set xtics ('1 M' 1000000, '3 M' 3000000)
plot data index 29 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 28 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 29 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 31 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 30 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 31 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 33 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 32 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 33 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 35 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 34 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 35 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 37 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 36 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 37 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42321
set rmargin at screen 0.65179
set tmargin at screen 0.68037
set bmargin at screen 0.55703
set title 'mandelbrot, K = 128' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [6634.0112:194020.08]
set xtics ('10 k' 10000, '30 k' 30000, '100 k' 100000)
plot data index 39 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 38 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 39 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 41 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 40 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 41 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 43 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 42 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 43 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 45 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 44 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 45 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 47 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 46 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 47 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75179
set rmargin at screen 0.98036
set tmargin at screen 0.68037
set bmargin at screen 0.55703
set title 'sha256, K = 128' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [53126.492:1512714.9]
set xtics ('100 k' 100000, '300 k' 300000, '1 M' 1000000)
plot data index 49 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 48 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 49 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 51 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 50 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 51 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 53 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 52 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 53 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 55 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 54 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 55 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 57 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 56 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 57 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09464
set rmargin at screen 0.32321
set tmargin at screen 0.45358
set bmargin at screen 0.33024
set title 'fib[cutoff=0], K = 16' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'cost (log): left is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [1.7663949:206.03103]
set xtics ('3 ns' 3, '10 ns' 10, '30 ns' 30, '100 ns' 100)
plot data index 59 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 58 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 59 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 61 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 60 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 61 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 63 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 62 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 63 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 65 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 64 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 65 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 67 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 66 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 67 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42321
set rmargin at screen 0.65179
set tmargin at screen 0.45358
set bmargin at screen 0.33024
set title 'skynet, K = 16' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'cost (log): left is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [1.8607303:305.93346]
set xtics ('3 ns' 3, '10 ns' 10, '30 ns' 30, '100 ns' 100, '300 ns' 300)
plot data index 69 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 68 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 69 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 71 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 70 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 71 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 73 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 72 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 73 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 75 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 74 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 75 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 77 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 76 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 77 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75179
set rmargin at screen 0.98036
set tmargin at screen 0.45358
set bmargin at screen 0.33024
set title 'hash_tree, K = 128' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [28132.174:812012.04]
set xtics ('30 k' 30000, '100 k' 100000, '300 k' 300000)
plot data index 79 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 78 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 79 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 81 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 80 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 81 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 83 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 82 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 83 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 85 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 84 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 85 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 87 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 86 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 87 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.09464
set rmargin at screen 0.32321
set tmargin at screen 0.22679
set bmargin at screen 0.10345
set title 'grain[steps=100], K = 128' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [5401.2935:13302153]
set xtics ('10 k' 10000, '100 k' 100000, '1 M' 1000000, '10 M' 10000000)
plot data index 89 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 88 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 89 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 91 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 90 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 91 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 93 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 92 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 93 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 95 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 94 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 95 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 97 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 96 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 97 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.42321
set rmargin at screen 0.65179
set tmargin at screen 0.22679
set bmargin at screen 0.10345
set title 'io_cpu_mix, K = 256' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'ops per second (log): right is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [703.19887:79605.038]
set xtics ('1 k' 1000, '3 k' 3000, '10 k' 10000, '30 k' 30000)
plot data index 99 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 98 using 1:2 with points linecolor rgb '#000000' pointtype 7 pointsize 0.55, \
  data index 99 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 101 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 100 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 101 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 103 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 102 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 103 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 105 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 104 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 105 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 107 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 106 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 107 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset label
unset arrow
unset logscale
unset xlabel
unset ylabel
unset key
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid ytics linecolor rgb '#E4E4E4' linewidth 0.7
set lmargin at screen 0.75179
set rmargin at screen 0.98036
set tmargin at screen 0.22679
set bmargin at screen 0.10345
set title 'hog[hog=1], K = 16' font 'Helvetica,12' offset 0,-0.4
set border 1
set grid noytics xtics
set yrange [5.6:0.4]
set ytics scale 0 ('serial' 1, 'threads' 2, 'pool' 3, 'processes' 4, 'coroutines' 5)
set xlabel 'cost (log): left is better' offset 0,0.5 font 'Helvetica,10'
set logscale x
set xrange [29439.259:1090712.2]
set xtics ('30 µs' 30000, '100 µs' 100000, '300 µs' 300000, '1 ms' 1000000)
plot data index 109 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 108 using 1:2 with points linecolor rgb '#D55E00' pointtype 5 pointsize 0.55, \
  data index 109 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 111 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 110 using 1:2 with points linecolor rgb '#0072B2' pointtype 9 pointsize 0.55, \
  data index 111 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 113 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 112 using 1:2 with points linecolor rgb '#009E73' pointtype 13 pointsize 0.55, \
  data index 113 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000', \
  data index 115 using 3:2:($4-$3):(0) with vectors nohead linewidth 7 linecolor rgb '#CCCCCC', \
  data index 114 using 1:2 with points linecolor rgb '#CC79A7' pointtype 11 pointsize 0.55, \
  data index 115 using 1:($2-0.42):(0):(0.84) with vectors nohead linewidth 1.6 linecolor rgb '#000000'
unset multiplot
set output
