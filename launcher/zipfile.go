package launcher

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math"
	"slices"
)

// zipFile is a zip file whose table of contents is read in passing, as often as
// something is looked for. archive/zip holds all of it in memory before it tells
// anything, in several times its size: for a large jar more than a small container
// has to spare, and for two hundred jars in one five times as long.
//
// The table is found as java finds it. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
type zipFile struct {
	content io.ReaderAt
	table   *io.SectionReader
	start   int64 // from where offsets count: a program may stand before the first entry
}

// zipEntry is one line of the table.
type zipEntry struct {
	name   string
	method uint16
	packed int64 // its length in the file
	size   int64
	offset int64
}

// How its parts begin, and how long they are but for their texts.
const (
	endMark, endLength         = 0x06054b50, 22
	longEndMark, longEndLength = 0x06064b50, 56 // of zip64
	locatorMark, locatorLength = 0x07064b50, 20
	lineMark, lineLength       = 0x02014b50, 46
	headMark, headLength       = 0x04034b50, 30
)

const (
	stored   = 0
	deflated = 8
)

var le = binary.LittleEndian

// openZip finds the table of contents. It reads nothing of it.
func openZip(content io.ReaderAt, size int64) (zipFile, error) {
	end, at, err := findEnd(content, size)
	if err != nil {
		return zipFile{}, err
	}
	length, offset := int64(le.Uint32(end[12:])), int64(le.Uint32(end[16:]))
	if length == math.MaxUint32 || offset == math.MaxUint32 || le.Uint16(end[10:]) == math.MaxUint16 {
		if long, where := findLongEnd(content, at); long != nil {
			length, offset, at = int64(le.Uint64(long[40:])), int64(le.Uint64(long[48:])), where
		}
	}
	start := at - length - offset
	if length < 0 || length > at || offset < 0 || start < 0 {
		return zipFile{}, errNotItsName
	}
	return zipFile{content, io.NewSectionReader(content, at-length, length), start}, nil
}

// findEnd finds the record at the end, which only a comment may follow.
func findEnd(content io.ReaderAt, size int64) (end []byte, at int64, err error) {
	for _, most := range []int64{endLength, endLength + math.MaxUint16} {
		tail := make([]byte, min(size, most))
		begin := size - int64(len(tail))
		if n, err := content.ReadAt(tail, begin); n < len(tail) {
			return nil, 0, err
		}
		for i := len(tail) - endLength; i >= 0; i-- {
			if le.Uint32(tail[i:]) == endMark && i+endLength+int(le.Uint16(tail[i+20:])) <= len(tail) {
				return tail[i:], begin + int64(i), nil
			}
		}
	}
	return nil, 0, errNotItsName
}

// findLongEnd finds the record of zip64, by the locator before the other; nil
// where there is none.
func findLongEnd(content io.ReaderAt, end int64) (record []byte, at int64) {
	locator := make([]byte, locatorLength)
	if n, _ := content.ReadAt(locator, max(0, end-locatorLength)); n < len(locator) || le.Uint32(locator) != locatorMark {
		return nil, 0
	}
	at = int64(le.Uint64(locator[8:]))
	record = make([]byte, longEndLength)
	if at < 0 || at > end {
		return nil, 0
	}
	if n, _ := content.ReadAt(record, at); n < len(record) || le.Uint32(record) != longEndMark {
		return nil, 0
	}
	return record, at
}

// entries are the lines of the table, until one can't be read.
func (z zipFile) entries() iter.Seq2[zipEntry, error] {
	return func(yield func(zipEntry, error) bool) {
		in := bufio.NewReaderSize(io.NewSectionReader(z.table, 0, z.table.Size()), 8<<10)
		var text []byte
		for {
			var entry zipEntry
			var err error
			entry, text, err = readLine(in, text[:0])
			if err == io.EOF || !yield(entry, err) || err != nil {
				return
			}
		}
	}
}

// readLine reads an entry's line, its texts into a buffer that it gives back.
func readLine(in *bufio.Reader, text []byte) (zipEntry, []byte, error) {
	line, err := in.Peek(lineLength)
	switch {
	case len(line) == 0 && err == io.EOF:
		return zipEntry{}, text, io.EOF
	case err == io.EOF || err == nil && le.Uint32(line) != lineMark:
		return zipEntry{}, text, errNotItsName
	case err != nil:
		return zipEntry{}, text, err
	}
	entry := zipEntry{
		method: le.Uint16(line[10:]),
		packed: int64(le.Uint32(line[20:])), size: int64(le.Uint32(line[24:])), offset: int64(le.Uint32(line[42:])),
	}
	nameLength, extraLength, commentLength := int(le.Uint16(line[28:])), int(le.Uint16(line[30:])), int(le.Uint16(line[32:]))
	_, _ = in.Discard(lineLength)
	text = slices.Grow(text, nameLength+extraLength)[:nameLength+extraLength]
	if _, err := io.ReadFull(in, text); err != nil {
		return zipEntry{}, text, notCut(err)
	}
	if _, err := in.Discard(commentLength); err != nil {
		return zipEntry{}, text, notCut(err)
	}
	entry.name = string(text[:nameLength])
	if max(entry.packed, entry.size, entry.offset) == math.MaxUint32 {
		entry = entry.long(text[nameLength:])
	}
	return entry, text, nil
}

// notCut tells a table that ends too early from one that can't be read.
func notCut(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return errNotItsName
	}
	return err
}

// long is an entry with what has no room in its line, and is in the field of
// zip64 among its extra ones, in this order.
func (e zipEntry) long(extra []byte) zipEntry {
	for len(extra) >= 4 {
		tag, length := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if extra = extra[4:]; length > len(extra) {
			break
		}
		field := extra[:length]
		extra = extra[length:]
		if tag != 1 {
			continue
		}
		for _, number := range []*int64{&e.size, &e.packed, &e.offset} {
			if *number == math.MaxUint32 && len(field) >= 8 {
				*number, field = int64(le.Uint64(field)), field[8:]
			}
		}
	}
	return e
}

// find looks for an entry by its name.
func (z zipFile) find(name string) (zipEntry, error) {
	for entry, err := range z.entries() {
		if err != nil || entry.name == name {
			return entry, err
		}
	}
	return zipEntry{}, errNoEntry
}

// packedContent is an entry's, as it stands in the file.
func (z zipFile) packedContent(e zipEntry) (*io.SectionReader, error) {
	var head [headLength]byte
	if n, err := z.content.ReadAt(head[:], z.start+e.offset); n < len(head) {
		return nil, err
	}
	if le.Uint32(head[:]) != headMark || e.packed < 0 {
		return nil, errNotItsName
	}
	begin := z.start + e.offset + headLength + int64(le.Uint16(head[26:])) + int64(le.Uint16(head[28:]))
	return io.NewSectionReader(z.content, begin, e.packed), nil
}

// open gives an entry's content, which may be longer than its line says.
func (z zipFile) open(e zipEntry) (io.Reader, error) {
	packed, err := z.packedContent(e)
	switch {
	case err != nil:
		return nil, err
	case e.method == stored:
		return packed, nil
	case e.method == deflated:
		return flate.NewReader(packed), nil
	}
	return nil, errNotItsName
}

var errNoEntry = errors.New("not in it")
