package simulator

import (
	"net/http"
	"time"
)

// Fault is what goes wrong with a call. The zero value is nothing.
type Fault struct {
	Throttled bool
	Failed    bool          // with status 500
	Cut       bool          // the connection ends within the answer
	Slow      time.Duration // before the answer
	Body      string        // in place of the answer, with status 200
}

var (
	throttledByECS = refuse("ThrottlingException", "Rate exceeded")
	throttledByEC2 = &refusal{503, "RequestLimitExceeded", "Request limit exceeded."}
)

// happens carries the fault out and tells whether it was all of the answer.
func (f Fault) happens(w http.ResponseWriter, r *http.Request, speak func(http.ResponseWriter, any, *refusal), call Call) bool {
	select {
	case <-time.After(f.Slow):
	case <-r.Context().Done():
		return true
	}
	ofECS := call.Action[:3] == "ecs"
	switch {
	case f.Throttled && ofECS:
		speak(w, nil, throttledByECS)
	case f.Throttled:
		speak(w, nil, throttledByEC2)
	case f.Failed && ofECS:
		speak(w, nil, &refusal{500, "ServerException", "Service Unavailable. Please try again later."})
	case f.Failed:
		speak(w, nil, &refusal{500, "InternalError", "An internal error has occurred"})
	case f.Cut:
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("{"))
		panic(http.ErrAbortHandler) // the server's way to hang up
	case f.Body != "":
		_, _ = w.Write([]byte(f.Body))
	default:
		return false
	}
	return true
}

// Limit is a bucket of tokens: a call takes one, and is throttled where there is none.
type Limit struct {
	Burst  float64 // what it holds
	Second float64 // what comes back each second

	tokens float64
	at     time.Time
}

func (l *Limit) exceeded() bool {
	if l == nil {
		return false
	}
	now := time.Now()
	if l.at.IsZero() {
		l.tokens = l.Burst
	} else {
		l.tokens = min(l.Burst, l.tokens+now.Sub(l.at).Seconds()*l.Second)
	}
	l.at = now
	if l.tokens < 1 {
		return true
	}
	l.tokens--
	return false
}

// AWSLimits are the rates that AWS publishes for the calls that fleet makes.
func AWSLimits() map[string]*Limit {
	resources := &Limit{Burst: 100, Second: 20} // ECS' "cluster resource read actions" share one bucket
	return map[string]*Limit{
		"ecs:ListTasks": resources, "ecs:DescribeTasks": resources, "ecs:DescribeContainerInstances": resources,
		"ecs:DescribeTaskDefinition": {Burst: 50, Second: 20},
		"ec2:DescribeInstances":      {Burst: 100, Second: 20},
	}
}
