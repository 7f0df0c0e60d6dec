package images

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func httpMain() { end("http", httpRequest(os.Args[1:])) }

func hprofMain() { end("hprof", heapDump(os.Args[1:])) }

func end(name string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// httpRequest METHOD HOST:PORT/PATH prints the answer.
func httpRequest(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: http METHOD HOST:PORT/PATH")
	}
	request, err := http.NewRequest(args[0], "http://"+args[1], nil)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// heapDump FILE reads a heap dump as analysers do, record by record: a whole one has a known header, ends with the
// record that says so, and has a heap in between.
func heapDump(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: hprof FILE")
	}
	dump, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	header, records, found := bytes.Cut(dump, []byte{0})
	if !found || !bytes.HasPrefix(header, []byte("JAVA PROFILE 1.0.")) || len(records) < 12 {
		return fmt.Errorf("%d bytes that begin with %.20q", len(dump), dump)
	}
	if size := binary.BigEndian.Uint32(records); size != 4 && size != 8 {
		return fmt.Errorf("identifiers of %d bytes", size)
	}
	return heapRecords(records[12:]) // after the size of an identifier and the time
}

func heapRecords(records []byte) error {
	const (
		recordHeader = 9 // tag, time, length
		dump         = 0x0c
		dumpSegment  = 0x1c
		dumpEnd      = 0x2c
	)
	heap := 0
	for len(records) >= recordHeader {
		tag := records[0]
		length := int(binary.BigEndian.Uint32(records[5:]))
		if records = records[recordHeader:]; length > len(records) {
			return fmt.Errorf("a record of %d bytes, of which %d are there", length, len(records))
		}
		records = records[length:]
		switch tag {
		case dump, dumpSegment:
			heap += length
		case dumpEnd:
			if heap == 0 || len(records) > 0 {
				return fmt.Errorf("a heap of %d bytes, and %d after its end", heap, len(records))
			}
			fmt.Printf("%d bytes of heap\n", heap)
			return nil
		}
	}
	return fmt.Errorf("no end after %d bytes of heap", heap)
}
