package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	dripEvery = 20 * time.Millisecond

	// okHead begins a good answer. It has what a token of IMDS must have.
	okHead   = "HTTP/1.1 200 OK\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 300\r\n"
	unending = okHead + "\r\n" // its body lasts as long as the connection
	markup   = "<html>\n<body>Please log in</body>\n</html>\n"
)

var (
	megabyte = strings.Repeat("a", 1<<20)
	digits   = strings.Repeat("1", 64<<10)
	spaces   = strings.Repeat(" ", 64<<10)
)

// peer is what one connection meets; it ends at the latest with the connection,
// which is closed behind it. All of it is bytes on a wire: an HTTP server would
// not do what most rows are about.
type peer func(net.Conn)

// reply answers one request.
type reply func(to net.Conn, r *http.Request)

// serve meets connections to an address until the test ends, and leaves nothing
// behind: who is served has ended by then.
func serve(t *testing.T, address string, meet peer) {
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				meet(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		running.Wait()
	})
}

// everywhere answers every request alike.
func everywhere(answer reply) peer {
	return func(conn net.Conn) {
		requests := bufio.NewReader(conn)
		for {
			r, err := http.ReadRequest(requests)
			if err != nil {
				return
			}
			answer(conn, r)
		}
	}
}

func wire(text string) reply {
	return func(to net.Conn, _ *http.Request) { io.WriteString(to, text) }
}

func wireEnds(text string) reply {
	return func(to net.Conn, r *http.Request) {
		wire(text)(to, r)
		to.Close()
	}
}

func ok(body string) reply { return wire(okWithLength(body) + body) }

func okWithLength(body string) string {
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", okHead, len(body))
}

func status(code int) reply {
	return wire(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", code, http.StatusText(code)))
}

// redirects leads to where an answer is that nobody must take.
func redirects(taken reply) reply {
	return func(to net.Conn, r *http.Request) {
		if r.URL.RawQuery != "" {
			taken(to, r)
			return
		}
		fmt.Fprintf(to, "HTTP/1.1 302 Found\r\nLocation: %s?again\r\nContent-Length: 0\r\n\r\n", r.URL.Path)
	}
}

// never answers, until the client has enough.
func never(to net.Conn, _ *http.Request) { io.Copy(io.Discard, to) }

func resets(to net.Conn, _ *http.Request) { reset(to) }

func reset(conn net.Conn) {
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func slow(answer reply) reply {
	return func(to net.Conn, r *http.Request) {
		if stays(to, faultBudget*6/10) {
			answer(to, r)
		}
	}
}

// drips writes the first bytes of a text at once and the others one by one.
func drips(first int, text string) reply {
	return func(to net.Conn, r *http.Request) {
		wire(text[:first])(to, r)
		for i := first; i < len(text) && stays(to, dripEvery); i++ {
			wire(text[i:i+1])(to, r)
		}
	}
}

func dripsBody(body string) reply {
	head := okWithLength(body)
	return drips(len(head), head+body)
}

// stays tells whether the client is still there after a while, and spares the
// rest of it where the client is not.
func stays(client net.Conn, d time.Duration) bool {
	client.SetReadDeadline(time.Now().Add(d))
	defer client.SetReadDeadline(time.Time{})
	_, err := client.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// endless repeats a piece until the client has enough.
func endless(begin, piece string) reply {
	return func(to net.Conn, _ *http.Request) {
		for _, err := io.WriteString(to, begin); err == nil; {
			_, err = io.WriteString(to, piece)
		}
	}
}

// bomb is endless once it is unpacked, and small on the wire.
func bomb(to net.Conn, r *http.Request) {
	io.WriteString(to, okHead+"Content-Encoding: gzip\r\n\r\n")
	endless("", digits)(gzipped{to, gzip.NewWriter(to)}, r)
}

// gzipped is a connection on which everything is packed.
type gzipped struct {
	net.Conn
	packer *gzip.Writer
}

func (g gzipped) Write(p []byte) (int, error) { return g.packer.Write(p) }
