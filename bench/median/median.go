// Package median is what all benchmarks quote of their measurements.
package median

import (
	"cmp"
	"slices"
)

// Of gives the upper median of some values, of which there is one at least.
func Of[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
