// SPDX-License-Identifier: Apache-2.0

// The Go side of the comparison: reads "job n" lines, does n units of that job, answers with what they took
// (nanoseconds or bytes), and ends with its input. Between two requests it sleeps in read(2).
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

var group sync.WaitGroup

func done() {
	group.Done()
}

// No closure and no argument: the cheapest goroutine there is.
func spawnBatches(batch, n int) {
	for i := 0; i < n; i += batch {
		group.Add(batch)
		for j := 0; j < batch; j++ {
			go done()
		}
		group.Wait()
	}
}

func spawn(batch, n int) (float64, error) {
	warm := n / 16
	if warm < batch {
		warm = batch
	}
	spawnBatches(batch, warm)
	start := time.Now()
	spawnBatches(batch, n)
	return float64(time.Since(start).Nanoseconds()), nil
}

const (
	skynetLeaves   = 1000000
	skynetChildren = 10
	heapMax        = 1 << 30
)

// As published: https://github.com/atemerev/skynet
func skynetNode(c chan int, num, size, div int) {
	if size == 1 {
		c <- num
		return
	}
	rc := make(chan int)
	var sum int
	for i := 0; i < div; i++ {
		subNum := num + i*(size/div)
		go skynetNode(rc, subNum, size/div, div)
	}
	for i := 0; i < div; i++ {
		sum += <-rc
	}
	c <- sum
}

func skynetTree() error {
	c := make(chan int)
	go skynetNode(c, 0, skynetLeaves, skynetChildren)
	if sum := <-c; sum != skynetLeaves*(skynetLeaves-1)/2 {
		return fmt.Errorf("skynet: wrong sum %d", sum)
	}
	return nil
}

var skynetWarm bool

// The collector is off while it is measured. What that leaves behind is taken away here, and the stacks that went with
// it come back in a tree that does not count.
func skynet(n int) (float64, error) {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if stats.HeapAlloc > heapMax {
		runtime.GC()
		skynetWarm = false
	}
	if !skynetWarm {
		skynetWarm = true
		if err := skynetTree(); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	for leaves := 0; leaves < n; leaves += skynetLeaves {
		if err := skynetTree(); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(start).Nanoseconds()), nil
}

// Resident memory and page tables of this process, in bytes: what the other side reads of itself.
func memoryNow() (int, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	total := 0
	for _, line := range bytes.Split(text, []byte("\n")) {
		word := bytes.Fields(line)
		if len(word) == 3 && (string(word[0]) == "VmRSS:" || string(word[0]) == "VmPTE:") {
			kb, err := strconv.Atoi(string(word[1]))
			if err != nil {
				return 0, err
			}
			total += kb << 10
		}
	}
	return total, nil
}

// Goroutines that wait at a channel.
func idle(n int) (float64, error) {
	gate := make(chan struct{})
	var arrived, left sync.WaitGroup
	before, err := memoryNow()
	if err != nil {
		return 0, err
	}
	arrived.Add(n)
	left.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			arrived.Done()
			<-gate
			left.Done()
		}()
	}
	arrived.Wait()
	after, err := memoryNow()
	close(gate)
	left.Wait()
	return float64(after - before), err
}

var jobs = map[string]func(n int) (float64, error){
	"spawn_1":    func(n int) (float64, error) { return spawn(1, n) },
	"spawn_1000": func(n int) (float64, error) { return spawn(1000, n) },
	"skynet":     skynet,
	"idle":       idle,
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		var name string
		var n int
		_, err := fmt.Sscan(input.Text(), &name, &n)
		job := jobs[name]
		if err == nil && (job == nil || n < 1) {
			err = fmt.Errorf("no such job: %s %d", name, n)
		}
		var total float64
		if err == nil {
			total, err = job(n)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "peer_go:", err)
			os.Exit(1)
		}
		fmt.Printf("%.0f\n", total)
	}
}
