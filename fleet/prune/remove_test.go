package prune

import "testing"

// A folder that is filled faster than it is emptied holds a run up for so long only.
func TestRemoveInTime(t *testing.T) {
	h := newHost(t)
	h.logs(short(gone))
	before := h.snapshot()
	r := &run{Pruner: h.pruner, rule: h.pruner.Rules[0], summary: Summary{Kept: map[Reason]int{}}}
	h.must(r.ask(t.Context()))
	var batch []candidate
	h.must(r.find(t.Context(), func(in *folder, c candidate) error {
		c, _, err := r.survey(t.Context(), in, c)
		batch = append(batch, c)
		return err
	}))
	r.patience = 0
	h.must(r.remove(t.Context(), batch))
	h.check(before, nil)
	told := h.outcomes()
	if len(told) != 1 || told[0] != "failed "+web+short(gone)+": takes longer than 0s, so the rest of it is left alone" {
		t.Errorf("told %s", told)
	}
}
