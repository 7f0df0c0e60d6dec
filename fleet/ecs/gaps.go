package ecs

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// gaps are where AWS answered, but not all of it: the first of each action.
type gaps struct {
	mutex   sync.Mutex
	actions []string
	errors  []error
}

func (g *gaps) add(action, why string) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if !slices.Contains(g.actions, action) {
		g.actions = append(g.actions, action)
		g.errors = append(g.errors, fmt.Errorf("%s: %s: not all is known", action, why))
	}
}

// failures are told within an answer. What is missing has ended meanwhile.
func (g *gaps) failures(action string, of []types.Failure) {
	for _, one := range of {
		if reason := aws.ToString(one.Reason); reason != "MISSING" {
			g.add(action, shown(reason)+" for "+shown(aws.ToString(one.Arn)))
		}
	}
}

func (g *gaps) error() error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return errors.Join(g.errors...)
}
