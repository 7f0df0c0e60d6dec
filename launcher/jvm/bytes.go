package jvm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bytes is a size in bytes.
type Bytes int64

// Binary units, as HotSpot and cgroups count.
const (
	KiB Bytes = 1 << 10
	MiB Bytes = 1 << 20
	GiB Bytes = 1 << 30
)

var units = map[byte]Bytes{'k': KiB, 'm': MiB, 'g': GiB, 't': 1 << 40}

// errSize is what ParseBytes says of anything that is no size.
var errSize = errors.New("not a size")

// ParseBytes reads a size as HotSpot does: digits, or hexadecimal ones behind
// 0x, and at most one of k, m, g, t in either case.
func ParseBytes(text string) (Bytes, error) {
	digits, unit := text, Bytes(1)
	if n := len(text); n > 0 {
		if u, ok := units[text[n-1]|0x20]; ok {
			digits, unit = text[:n-1], u
		}
	}
	base := 10
	if hex, found := strings.CutPrefix(strings.ToLower(digits), "0x"); found {
		digits, base = hex, 16
	}
	// ParseUint takes no sign, which is what a size needs.
	n, err := strconv.ParseUint(digits, base, 63)
	if err != nil || n > math.MaxInt64/uint64(unit) {
		return 0, errSize
	}
	return Bytes(n) * unit, nil
}

// WholeMiB is a size without what is beyond its last whole mebibyte: people need
// no more.
func (b Bytes) WholeMiB() Bytes { return b / MiB * MiB }

// String gives the shortest exact form that HotSpot reads: 512m, 1536k, 2g.
func (b Bytes) String() string {
	for _, unit := range []struct {
		size Bytes
		name string
	}{{GiB, "g"}, {MiB, "m"}, {KiB, "k"}} {
		if b != 0 && b%unit.size == 0 {
			return fmt.Sprintf("%d%s", b/unit.size, unit.name)
		}
	}
	return strconv.FormatInt(int64(b), 10)
}
