package launcher

import (
	"bytes"
	"encoding/json"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// The JSON form of a plan. Its names are a contract: additions only.
type (
	planJSON struct {
		Java        string              `json:"java"`
		JavaVersion string              `json:"javaVersion"`
		Argv        []string            `json:"argv"`
		Env         map[string]*string  `json:"env"` // null: removed
		Options     []optionJSON        `json:"options"`
		ReadByJava  []optionJSON        `json:"readByJava"` // from JAVA_TOOL_OPTIONS and its like
		Dropped     []droppedJSON       `json:"dropped"`
		Refused     []droppedJSON       `json:"refused"` // by java, which will not start
		Host        hostJSON            `json:"host"`
		Facts       map[string]factJSON `json:"facts"`       // all of them, by name
		Siblings    []siblingJSON       `json:"ecsSiblings"` // the task's other containers
		Memory      memoryJSON          `json:"memory"`      // bytes
		CPU         cpuJSON             `json:"cpu"`
		Previous    *previousJSON       `json:"previousLife"` // null: no trace of one
		RunAs       *runAsJSON          `json:"runAs"`        // null: whoever the container's user is
		Directories []string            `json:"directories"`
		Warnings    []string            `json:"warnings"`
	}
	sourcedJSON struct {
		Option string `json:"option"`
		Source string `json:"source"`
	}
	optionJSON struct {
		sourcedJSON
		Replaces []droppedJSON `json:"replaces"`
		Holds    []sourcedJSON `json:"holds,omitempty"` // what is in the file that it names
	}
	droppedJSON struct {
		sourcedJSON
		Reason string `json:"reason"`
	}
	hostJSON struct {
		HostIP            string `json:"hostIP"`
		HostIPSource      string `json:"hostIPSource"`
		DatadogHost       string `json:"datadogHost"`
		DatadogHostSource string `json:"datadogHostSource"`
		ContainerID       string `json:"containerID"`
		ContainerIDSource string `json:"containerIDSource"`
		Hostname          string `json:"hostname"`
		Network           string `json:"network"`
	}
	// factJSON is a fact; its value a text or a number (bytes, processors), null
	// where it is not known.
	factJSON struct {
		Value      any     `json:"value"`
		Source     string  `json:"source"`
		TookMillis float64 `json:"tookMillis"`
		Reason     string  `json:"reason,omitempty"` // why it is not known, or nothing better is
	}
	siblingJSON struct {
		Name   string  `json:"name"`
		Memory int64   `json:"memory"` // bytes that were agreed for it; 0: none
		CPU    float64 `json:"cpu"`    // processors
	}
	cpuJSON struct {
		Processors int    `json:"processors"` // that java will believe in; 0: only it will know
		Reason     string `json:"reason"`
	}
	previousJSON struct {
		Cause string    `json:"cause"`
		File  string    `json:"file"`
		Size  jvm.Bytes `json:"size"`
		Ago   float64   `json:"secondsAgo"`
	}
	runAsJSON struct {
		User   string   `json:"user"` // as it was set
		UID    uint32   `json:"uid"`
		GID    uint32   `json:"gid"`
		Groups []uint32 `json:"groups"`
	}
	memoryJSON struct {
		Limit       int64      `json:"limit"` // 0: none
		LimitSource string     `json:"limitSource"`
		MaxHeap     jvm.Bytes  `json:"maxHeap"` // 0: only the JVM will know
		Plan        budgetJSON `json:"plan"`
	}
	// budgetJSON is what the memory goes to, in MiB. Its parts add up to the limit.
	budgetJSON struct {
		Limit    jvm.Bytes  `json:"limitMiB"` // 0: none
		Reserved bool       `json:"reserved"` // the limit is only a reservation
		Tight    bool       `json:"tight"`
		Fits     jvm.Bytes  `json:"fittingLimitMiB"` // which would not be tight for this heap
		Parts    []partJSON `json:"parts"`
	}
	partJSON struct {
		Name   string    `json:"name"`
		Size   jvm.Bytes `json:"MiB"`
		Wanted jvm.Bytes `json:"wantedMiB"`
		Source string    `json:"source"` // who set it; empty: it was planned
		Why    string    `json:"why"`
	}
)

// JSON gives the plan as one object, secrets masked.
func (p Plan) JSON() ([]byte, error) {
	f := p.Facts
	object := planJSON{
		Java: p.Java, JavaVersion: p.Request.Program.Version.String(),
		Argv: maskWords(p.Argv), Env: map[string]*string{},
		Options: []optionJSON{}, ReadByJava: []optionJSON{}, Dropped: []droppedJSON{}, Refused: []droppedJSON{},
		Host: hostJSON{
			HostIP: maskText(f.HostIP.Value), HostIPSource: f.HostIP.Source,
			DatadogHost: maskText(f.DatadogHost.Value), DatadogHostSource: f.DatadogHost.Source,
			ContainerID: f.ContainerID.Value, ContainerIDSource: f.ContainerID.Source,
			Hostname: f.Hostname, Network: network(f.Network),
		},
		Facts: factsJSON(p), Siblings: siblingsJSON(f.Task.Siblings),
		Memory:      memoryJSON{f.memoryLimit().Value, f.memoryLimit().Source, p.MaxHeap, budgetOf(p.Memory)},
		CPU:         cpuJSON{p.Processors.Count, maskText(p.Processors.Reason)},
		Directories: []string{}, Warnings: []string{},
	}
	if l := f.Previous; l.File != "" {
		object.Previous = &previousJSON{l.Cause, maskText(l.File), l.Size, l.Ago.Round(time.Second).Seconds()}
	}
	if id := p.Request.RunAs; id != nil {
		object.RunAs = &runAsJSON{maskText(id.Name), id.UID, id.GID, id.Groups}
	}
	for _, change := range p.Changes {
		object.Env[change.Name] = nil
		if value := change.shown(); !change.Remove {
			object.Env[change.Name] = &value
		}
	}
	for _, o := range p.Options {
		object.Options = append(object.Options, optionOf(o))
	}
	for _, o := range maskedTogether(p.Foreign) {
		object.ReadByJava = append(object.ReadByJava, optionOf(jvm.Kept{Option: o}))
	}
	for _, d := range p.Dropped {
		object.Dropped = append(object.Dropped, droppedJSON{sourced(d.Option), maskText(d.Reason)})
	}
	for _, r := range p.Refused {
		object.Refused = append(object.Refused, droppedJSON{sourced(r.Option), r.Reason})
	}
	for _, folder := range p.Folders {
		object.Directories = append(object.Directories, folder.Path())
	}
	for _, warning := range p.Warnings {
		object.Warnings = append(object.Warnings, maskText(warning))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(object)
	return text.Bytes(), err
}

func budgetOf(m jvm.Memory) budgetJSON {
	budget := budgetJSON{m.Limit / jvm.MiB, m.Reserved, m.IsTight(), m.Fitting() / jvm.MiB, []partJSON{}}
	for _, p := range m.Parts {
		budget.Parts = append(budget.Parts, partJSON{p.Name, p.Size / jvm.MiB, p.Wanted / jvm.MiB, p.Source, maskText(p.Why)})
	}
	return budget
}

func factsJSON(p Plan) map[string]factJSON {
	facts := map[string]factJSON{}
	for _, row := range factRows {
		fact := row.of(p.Facts)
		shown := factJSON{Value: fact.value, Source: fact.source, TookMillis: float64(fact.took.Microseconds()) / 1000}
		switch {
		case fact.err != nil:
			shown.Reason = maskText(fact.err.Error())
		case fact.value == nil && p.Request.Settings.isOff():
			shown.Reason = "a bare start does not look for it"
		}
		if text, isText := fact.value.(string); isText {
			shown.Value = maskText(text)
		}
		facts[row.name] = shown
	}
	return facts
}

func siblingsJSON(siblings []host.Sibling) []siblingJSON {
	list := []siblingJSON{}
	for _, s := range siblings {
		list = append(list, siblingJSON{s.Name, s.Memory, s.CPU})
	}
	return list
}

func optionOf(o jvm.Kept) optionJSON {
	option := optionJSON{sourcedJSON: sourced(o.Option), Replaces: []droppedJSON{}}
	for _, replaced := range o.Replaces {
		option.Replaces = append(option.Replaces, droppedJSON{sourced(replaced.Option), maskText(replaced.Why)})
	}
	for _, held := range maskedTogether(jvm.Leaves(o.Holds)) {
		option.Holds = append(option.Holds, sourced(held))
	}
	return option
}

func sourced(o jvm.Option) sourcedJSON { return sourcedJSON{maskedOption(o), maskText(o.Source)} }

func network(n host.Network) string {
	if n.Mode == "" {
		return string(host.Unknown)
	}
	return string(n.Mode)
}
