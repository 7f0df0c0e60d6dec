package main

import (
	"fmt"
	"time"

	"jvm-entrypoint/bench/median"
)

// settle is what a server needs to let go of the clients that have left.
const settle = 300 * time.Millisecond

// A moment in a service's life, with the figures of all rounds.
type moment struct {
	name                           string
	resident, heap, threads, class []float64
	ends                           []float64
}

// A life is the services that are compared in each round.
type life struct {
	none, nothing, unvisited, before, first, hundred, connected moment
	firstVisit, secondVisit, laterVisits                        []float64
}

// lives prints memory and connections of services that run on.
func (b *bench) lives(j jvm) error {
	client, err := b.warmClient(j)
	if err != nil {
		return err
	}
	defer client.kill()
	l := life{
		none: moment{name: "no agent"}, nothing: moment{name: "an agent that does nothing"}, unvisited: moment{name: "ours"},
		before: moment{name: "ours, before a client"}, first: moment{name: "ours, after one client"},
		hundred: moment{name: "ours, after 100 clients"}, connected: moment{name: "ours, a client connected"},
	}
	for range b.services {
		for _, plain := range []struct {
			moment  *moment
			options []string
		}{{&l.none, nil}, {&l.nothing, []string{b.nothing()}}, {&l.unvisited, []string{b.ours(0)}}} {
			if err := b.alone(j, plain.moment, plain.options); err != nil {
				return fmt.Errorf("%s: %w", plain.moment.name, err)
			}
		}
		if err := b.visited(j, client, &l); err != nil {
			return err
		}
	}
	l.report()
	return nil
}

// service starts one with a heap whose size and collector are always the same,
// and waits until it has begun, and the agent, if it is ours, listens.
func (b *bench) service(j jvm, options ...string) (*process, int, error) {
	words := append([]string{"-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-cp", b.path("service.jar")}, options...)
	p, err := launch(j.java, append(words, "Service")...)
	if err != nil {
		return nil, 0, err
	}
	port := 0
	if len(options) > 0 && options[0] == b.ours(0) {
		port, err = p.port()
	}
	if err == nil {
		_, err = p.line()
	}
	if err != nil {
		p.kill()
		return nil, 0, err
	}
	return p, port, nil
}

// warmClient has connected so often that its own code costs nothing to speak of.
func (b *bench) warmClient(j jvm) (*process, error) {
	server, port, err := b.service(j, b.ours(0))
	if err != nil {
		return nil, err
	}
	defer server.kill()
	client, err := launch(j.java, "-cp", b.root+":"+b.opendmk, "Client")
	if err != nil {
		return nil, err
	}
	if _, err := client.ask(fmt.Sprintf("visit %d 200\n", port)); err != nil {
		client.kill()
		return nil, fmt.Errorf("client: %w", err)
	}
	return client, nil
}

// alone measures a service that nobody connects to.
func (b *bench) alone(j jvm, m *moment, options []string) error {
	p, _, err := b.service(j, options...)
	if err != nil {
		return err
	}
	defer p.kill()
	if err := m.memory(p); err != nil {
		return err
	}
	if err := m.classes(p); err != nil {
		return err
	}
	return m.end(p)
}

// visited measures a service that clients come to, the last of which stays.
func (b *bench) visited(j jvm, client *process, l *life) error {
	p, port, err := b.service(j, b.ours(0))
	if err != nil {
		return err
	}
	defer p.kill()
	visits := func(n int, took *[]float64) error {
		micros, err := client.ask(fmt.Sprintf("visit %d %d\n", port, n))
		*took = append(*took, micros/1000)
		return err
	}
	for _, step := range []func() error{
		func() error { return l.before.memory(p) },
		func() error { return visits(1, &l.firstVisit) },
		func() error { return l.first.memory(p) },
		func() error { return visits(1, &l.secondVisit) },
		func() error { return visits(98, &l.laterVisits) },
		func() error { return l.hundred.memory(p) },
		func() error { return l.hundred.classes(p) },
		func() error { _, err := client.ask(fmt.Sprintf("stay %d\n", port)); return err },
		func() error { return l.connected.end(p) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("visited: %w", err)
		}
	}
	return nil
}

func (m *moment) memory(p *process) error {
	time.Sleep(settle)
	heap, err := p.ask("g")
	if err != nil {
		return err
	}
	resident, err := p.status("VmRSS")
	if err != nil {
		return err
	}
	threads, err := p.status("Threads")
	m.heap = append(m.heap, heap/1024)
	m.resident = append(m.resident, resident)
	m.threads = append(m.threads, threads)
	return err
}

func (m *moment) classes(p *process) error {
	n, err := p.ask("c")
	m.class = append(m.class, n)
	return err
}

func (m *moment) end(p *process) error {
	took, err := p.end()
	m.ends = append(m.ends, took)
	return err
}

func (l *life) report() {
	fmt.Printf("%-36s %30s   %22s   %16s   %16s   %18s\n", fmt.Sprintf("a service, medians of %d", len(l.none.heap)),
		"resident KiB, x, over nothing", "heap KiB, over nothing", "threads", "classes", "main to end ms")
	for _, m := range []*moment{&l.none, &l.nothing, &l.unvisited, &l.before, &l.first, &l.hundred, &l.connected} {
		fmt.Printf("%-36s", m.name)
		if m.heap == nil {
			fmt.Printf(" %30s   %22s   %16s  ", "", "", "")
		} else {
			fmt.Printf(" %13.0f %6.2fx %+8.0f   %13.0f %+8.0f   %7.0f %+8.0f  ", median.Of(m.resident), median.Of(m.resident)/median.Of(l.nothing.resident),
				difference(m.resident, l.nothing.resident), median.Of(m.heap), difference(m.heap, l.nothing.heap),
				median.Of(m.threads), difference(m.threads, l.nothing.threads))
		}
		fmt.Print(column(m.class, l.nothing.class, 0), column(m.ends, l.nothing.ends, 1), "\n")
	}
	fmt.Printf("connect to the first answer: first client %.1f ms, second %.1f ms (%.2fx of the first), later %.1f ms (%.2fx)\n",
		median.Of(l.firstVisit), median.Of(l.secondVisit), median.Of(l.secondVisit)/median.Of(l.firstVisit),
		median.Of(l.laterVisits), median.Of(l.laterVisits)/median.Of(l.firstVisit))
}

// column is empty where a figure was not taken.
func column(values, reference []float64, decimals int) string {
	if values == nil {
		return fmt.Sprintf(" %16s  ", "")
	}
	return fmt.Sprintf(" %7.*f %+8.*f  ", decimals, median.Of(values), decimals, difference(values, reference))
}
