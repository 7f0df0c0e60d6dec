package jmx

import "fmt"

// The reasons that a target has no address.

// NotRunning is for a container, or task, in another state.
func NotRunning(state string) string { return "not running (" + state + ")" }

// AgentOff is for one whose environment keeps the agent out.
func (a Agent) AgentOff() string { return "the agent is off (" + a.Off + ")" }

// FreePort is for an agent that listens on a port that nobody here can know.
func FreePort() string {
	return "the agent takes whichever port is free (JMXMP_PORT=0): its line on stderr tells it, for --port"
}

// NotPublished is for a port that no mapping leads to; how is what would make one.
func NotPublished(port uint16, how string) string {
	return fmt.Sprintf("port %d is not published (%s)", port, how)
}

// NotExposed is for host networking, where nothing but EXPOSE tells that somebody
// listens.
func NotExposed(port uint16) string {
	return fmt.Sprintf("port %d is not exposed, so that nothing says who listens there on the host's network (EXPOSE %[1]d in the image, or name container and --port)", port)
}

// OnLoopback is for a port that is published to the machine itself only.
func OnLoopback(port uint16) string {
	return fmt.Sprintf("port %d is reached on the machine's loopback only: run fleet there, or set where it is published or JMXMP_BIND", port)
}

// OnlyInside is for a published port whose agent listens where no mapping leads to.
func (a Agent) OnlyInside(port uint16) string {
	return fmt.Sprintf("port %d is published, but the agent listens on the container's loopback only (JMXMP_BIND=%s)", port, a.Bind)
}
