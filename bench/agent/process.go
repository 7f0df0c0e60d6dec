package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A process is a JVM that answers each order with a line.
type process struct {
	cmd    *exec.Cmd
	orders io.WriteCloser
	lines  *bufio.Reader
	stderr *bufio.Reader
}

func launch(java string, words ...string) (*process, error) {
	cmd := exec.Command(java, words...)
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{cmd: cmd, orders: orders, lines: bufio.NewReader(output), stderr: bufio.NewReader(stderr)}, nil
}

// port is the one that the agent tells when it was asked for a free one.
func (p *process) port() (int, error) {
	line, err := p.stderr.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("the agent told no port: %q", line)
	}
	return strconv.Atoi(strings.TrimSpace(line[strings.LastIndexByte(line, ':')+1:]))
}

func (p *process) line() (string, error) {
	line, err := p.lines.ReadString('\n')
	if err != nil {
		said, _ := io.ReadAll(p.stderr)
		return "", fmt.Errorf("a JVM ended early: %s", said)
	}
	return strings.TrimSpace(line), nil
}

// ask gives an order and returns the number that answers it.
func (p *process) ask(order string) (float64, error) {
	if _, err := io.WriteString(p.orders, order); err != nil {
		return 0, err
	}
	line, err := p.line()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(line, 64)
}

// end returns the milliseconds from the end of the service's main to that of
// its process.
func (p *process) end() (float64, error) {
	if _, err := io.WriteString(p.orders, "e"); err != nil {
		return 0, err
	}
	if _, err := p.line(); err != nil {
		return 0, err
	}
	returned := time.Now()
	err := p.cmd.Wait()
	return milliseconds(time.Since(returned)), err
}

// kill is for the way out after a failure, and does nothing after an end.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// status reads a number of /proc/PID/status: kilobytes, or threads.
func (p *process) status(key string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if rest, found := strings.CutPrefix(line, key+":"); found {
			return strconv.ParseFloat(strings.Fields(rest)[0], 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc/PID/status", key)
}
