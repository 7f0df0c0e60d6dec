package prune

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// heard is a daemon whose removals a test makes.
type heard struct {
	Daemon
	open func() (<-chan struct{}, <-chan error, error)
}

func (h heard) Removals(context.Context) (<-chan struct{}, <-chan error, error) { return h.open() }

// watching is a watch in a time of its own, with what it did and when.
type watching struct {
	watch    Watch
	began    time.Time
	ran      []time.Duration
	lost     []string
	dues     []time.Duration // what the runs answer, since the beginning; 0: none
	removals chan struct{}
	ended    chan error
}

func newWatching() *watching {
	w := &watching{watch: NewWatch(), began: time.Now(), removals: make(chan struct{}, 1), ended: make(chan error, 1)}
	w.watch.Every = time.Hour
	w.watch.Daemon = heard{open: func() (<-chan struct{}, <-chan error, error) { return w.removals, w.ended, nil }}
	w.watch.Lost = func(err error) { w.lost = append(w.lost, err.Error()) }
	w.watch.Run = func(context.Context) (due time.Time) {
		w.ran = append(w.ran, time.Since(w.began))
		if n := len(w.ran); n <= len(w.dues) && w.dues[n-1] > 0 {
			due = w.began.Add(w.dues[n-1])
		}
		return due
	}
	return w
}

// during runs it for a while, beside what happens.
func (w *watching) during(t *testing.T, d time.Duration, happens func()) {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	go happens()
	w.watch.Until(ctx)
	synctest.Wait()
}

func TestWatch(t *testing.T) {
	s, m, h := time.Second, time.Minute, time.Hour
	for _, c := range []struct {
		name    string
		dues    []time.Duration
		happens func(w *watching)
		during  time.Duration
		ran     []time.Duration
	}{
		{"nothing is heard", nil, func(*watching) {}, 150 * m, []time.Duration{0, h, 2 * h}},
		{"a container is removed", nil, func(w *watching) {
			time.Sleep(10 * m)
			w.removals <- struct{}{}
		}, h, []time.Duration{0, 10*m + 5*s}},
		{"many are removed at once", nil, func(w *watching) {
			time.Sleep(10 * m)
			for range 40 {
				w.removals <- struct{}{}
				time.Sleep(s / 10)
			}
		}, h, []time.Duration{0, 10*m + 5*s}},
		{"one after the other for long", nil, func(w *watching) {
			for range 13 {
				w.removals <- struct{}{}
				time.Sleep(s)
			}
		}, h, []time.Duration{0, 5 * s, 10 * s, 15 * s}},
		{"a folder will be old enough", []time.Duration{20 * m}, func(*watching) {}, h, []time.Duration{0, 20 * m}},
		{"a folder is old enough a moment later", []time.Duration{s}, func(*watching) {}, h, []time.Duration{0, 5 * m}},
		{"many are old enough, one after the other", []time.Duration{21 * m, 26 * m, 33 * m}, func(*watching) {}, h, []time.Duration{0, 25 * m, 30 * m, 35 * m}},
		{"a folder will be old enough much later", []time.Duration{5 * h, 5 * h}, func(*watching) {}, 90 * m, []time.Duration{0, h}},
		{"a removal before a folder is old enough", []time.Duration{20 * m, 20 * m}, func(w *watching) {
			time.Sleep(10 * m)
			w.removals <- struct{}{}
		}, h, []time.Duration{0, 10*m + 5*s, 20 * m}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWatching()
				w.dues = c.dues
				w.during(t, c.during, func() { c.happens(w) })
				if !slices.Equal(w.ran, c.ran) || len(w.lost) > 0 {
					t.Errorf("ran at %s, want %s; lost %s", w.ran, c.ran, w.lost)
				}
			})
		})
	}
}

// A daemon that is lost is asked again, less and less often, and a run makes up for
// what was not heard.
func TestWatchReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatching()
		var asked []time.Duration
		w.watch.Daemon = heard{open: func() (<-chan struct{}, <-chan error, error) {
			at := time.Since(w.began)
			asked = append(asked, at)
			if at > 0 && at < 4*time.Minute {
				return nil, nil, errors.New("down")
			}
			removals, ended := make(chan struct{}), make(chan error, 1)
			if at == 0 {
				time.AfterFunc(2*time.Minute, func() { ended <- errors.New("cut off"); close(removals) })
			}
			return removals, ended, nil
		}}
		w.during(t, 30*time.Minute, func() {})
		s, m := time.Second, time.Minute
		want := []time.Duration{0, 2*m + 5*s, 2*m + 15*s, 2*m + 35*s, 3*m + 15*s, 4*m + 15*s}
		if !slices.Equal(asked, want) {
			t.Errorf("asked at %s, want %s", asked, want)
		}
		if !slices.Equal(w.ran, []time.Duration{0, 4*m + 15*s}) || !slices.Equal(w.lost, []string{"cut off", "down", "down", "down", "down"}) {
			t.Errorf("ran at %s, lost %s", w.ran, w.lost)
		}
	})
}

// A daemon that tells nothing may answer all the same: the runs go on, as often as
// they have to, and no more often.
func TestWatchUnheard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatching()
		w.watch.Daemon = heard{open: func() (<-chan struct{}, <-chan error, error) { return nil, nil, errors.New("down") }}
		w.during(t, 150*time.Minute, func() {})
		if len(w.ran) != 2 || w.ran[0].Truncate(time.Hour) != time.Hour || w.ran[1].Truncate(time.Hour) != 2*time.Hour {
			t.Errorf("ran at %s", w.ran)
		}
	})
}
