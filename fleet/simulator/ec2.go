package simulator

import (
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// EC2 advises against more ids than this in a call, and has no larger pages.
const mostMachines = 1000

var machineID = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`)

type reservations struct {
	XMLName      xml.Name      `xml:"http://ec2.amazonaws.com/doc/2016-11-15/ DescribeInstancesResponse"`
	RequestID    string        `xml:"requestId"`
	Reservations []reservation `xml:"reservationSet>item"`
	NextToken    string        `xml:"nextToken,omitempty"`
}

type reservation struct {
	ID        string    `xml:"reservationId"`
	OwnerID   string    `xml:"ownerId"`
	Instances []machine `xml:"instancesSet>item"`
}

type machine struct {
	ID         string        `xml:"instanceId"`
	State      string        `xml:"instanceState>name"`
	IPv4       string        `xml:"privateIpAddress,omitempty"`
	Interfaces []interfaceOf `xml:"networkInterfaceSet>item"`
}

type interfaceOf struct {
	IPv4   string   `xml:"privateIpAddress,omitempty"`
	IPv6   []string `xml:"ipv6AddressesSet>item>ipv6Address"`
	Device int      `xml:"attachment>deviceIndex"`
}

// ec2Call reads a request of EC2's protocol, as ecsCall does.
func (c *Cloud) ec2Call(form url.Values) (int, func() (any, *refusal)) {
	wanted := list(form, "InstanceId")
	for key := range form {
		known := key == "Action" || key == "Version" || key == "MaxResults" || key == "NextToken" || key == "IncludeManagedResources" ||
			strings.HasPrefix(key, "InstanceId.")
		if !known {
			return 0, func() (any, *refusal) {
				return nil, refuse("UnknownParameter", "The parameter %s is not recognized", key)
			}
		}
	}
	if form.Get("Version") != "2016-11-15" || form.Get("Action") != "DescribeInstances" {
		return 0, func() (any, *refusal) {
			return nil, refuse("InvalidAction", "The action %s is not valid for this web service.", form.Get("Action"))
		}
	}
	return len(wanted), func() (any, *refusal) {
		if len(wanted) > 0 {
			return c.machinesByID(wanted, form)
		}
		return c.machinePage(form)
	}
}

func (c *Cloud) machinesByID(wanted []string, form url.Values) (any, *refusal) {
	switch {
	case form.Has("MaxResults"):
		return nil, refuse("InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults")
	case len(wanted) > mostMachines:
		return nil, refuse("InvalidParameterValue", "%d instance IDs are more than %d", len(wanted), mostMachines)
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(id string) bool { return c.tells(id, form) })
	for _, id := range missing {
		if !machineID.MatchString(id) {
			return nil, refuse("InvalidInstanceID.Malformed", "Invalid id: %q", id)
		}
	}
	switch len(missing) {
	case 0:
		return c.reserved(wanted, ""), nil
	case 1:
		return nil, refuse("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", missing[0])
	}
	return nil, refuse("InvalidInstanceID.NotFound", "The instance IDs '%s' do not exist", strings.Join(missing, ", "))
}

func (c *Cloud) machinePage(form url.Values) (any, *refusal) {
	size := mostMachines
	if text := form.Get("MaxResults"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 5 || number > mostMachines {
			return nil, refuse("InvalidParameterValue", "Value ( %s ) for parameter maxResults is invalid. Expecting a value between 5 and %d.", text, mostMachines)
		}
		size = number
	}
	after, err := base64.StdEncoding.DecodeString(form.Get("NextToken"))
	if err != nil {
		return nil, refuse("InvalidNextToken", "The token is invalid")
	}
	page := slices.DeleteFunc(inOrder(c.Machines), func(id string) bool { return id <= string(after) || !c.tells(id, form) })
	token := ""
	if len(page) > size {
		page = page[:size]
		token = base64.StdEncoding.EncodeToString([]byte(page[size-1]))
	}
	return c.reserved(page, token), nil
}

func (c *Cloud) tells(id string, form url.Values) bool {
	machine, there := c.Machines[id]
	return there && (!machine.Hidden || form.Get("IncludeManagedResources") == "true")
}

func (c *Cloud) reserved(ids []string, token string) reservations {
	out := reservations{RequestID: requestID, NextToken: token}
	for _, id := range ids {
		of := c.Machines[id]
		known := machine{ID: of.ID, State: of.State, IPv4: of.IPv4}
		if of.State == "running" {
			at := interfaceOf{IPv4: of.IPv4}
			if of.IPv6 != "" {
				at.IPv6 = []string{of.IPv6}
			}
			if of.TaskIPv6 != "" {
				known.Interfaces = append(known.Interfaces, interfaceOf{IPv6: []string{of.TaskIPv6}, Device: 1})
			}
			known.Interfaces = append(known.Interfaces, at)
		}
		out.Reservations = append(out.Reservations, reservation{"r-" + strings.TrimPrefix(id, "i-"), c.Account, []machine{known}})
	}
	return out
}

// list reads EC2's way to write one: Name.1, Name.2 and so on.
func list(form url.Values, name string) []string {
	var found []string
	for number := 1; ; number++ {
		value := form.Get(name + "." + strconv.Itoa(number))
		if value == "" {
			return found
		}
		found = append(found, value)
	}
}
