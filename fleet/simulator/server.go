package simulator

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	requestID = "5ed90669-e454-464d-9b2f-6523bc86f537"
	// Who asks, as refusals name it.
	caller = "assumed-role/reader/session"
)

// signed is how version 4 of AWS' signatures begin. The signature itself is taken on trust.
var signed = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=[^/, ]+/\d{8}/([^/]+)/([^/]+)/aws4_request, SignedHeaders=[^ ]+, Signature=[0-9a-f]{64}$`)

// ServeHTTP answers as the endpoints of ECS and EC2 would, both in one.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost || r.URL.Path != "/" {
		http.Error(w, "not a call", http.StatusNotFound)
		return
	}
	service, speak := "ec2", inXML
	_, operation, isECS := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonEC2ContainerServiceV20141113.")
	if isECS {
		service, speak = "ecs", inJSON
	}
	var size int
	var answer func() (any, *refusal)
	if isECS {
		size, answer = c.ecsCall(operation, body)
	} else {
		form, _ := url.ParseQuery(string(body))
		operation = form.Get("Action")
		size, answer = c.ec2Call(form)
	}
	call := c.noted(service+":"+operation, size)
	if refused := c.comesIn(r, call, service); refused != nil {
		speak(w, nil, refused)
		return
	}
	if c.Fault != nil && c.Fault(call).happens(w, r, speak, call) {
		return
	}
	c.mutex.Lock()
	out, refused := answer()
	c.mutex.Unlock()
	speak(w, out, refused)
}

// comesIn is what AWS looks at before a call: who calls, and how often.
func (c *Cloud) comesIn(r *http.Request, call Call, service string) *refusal {
	scope := signed.FindStringSubmatch(r.Header.Get("Authorization"))
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch {
	case scope == nil:
		return &refusal{403, "MissingAuthenticationToken", "Request is missing Authentication Token"}
	case scope[1] != c.Region || scope[2] != service:
		return &refusal{403, "InvalidSignatureException", "Credential should be scoped to a valid region."}
	case c.Expired && service == "ec2":
		return &refusal{400, "RequestExpired", "Request has expired."}
	case c.Expired:
		return refuse("ExpiredTokenException", "The security token included in the request is expired")
	case c.Denied[call.Action] && service == "ec2":
		return &refusal{403, "UnauthorizedOperation", "You are not authorized to perform this operation. " + c.denial(call.Action)}
	case c.Denied[call.Action]:
		return refuse("AccessDeniedException", "%s", c.denial(call.Action))
	case !c.Limits[call.Action].exceeded():
		return nil
	case service == "ec2":
		return throttledByEC2
	}
	return throttledByECS
}

func (c *Cloud) denial(action string) string {
	return fmt.Sprintf("User: arn:aws:sts::%s:%s is not authorized to perform: %s on resource: * because no identity-based policy allows the %s action",
		c.Account, caller, action, action)
}

// inJSON writes as ECS does.
func inJSON(w http.ResponseWriter, out any, refused *refusal) {
	w.Header().Set("X-Amzn-RequestId", requestID)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if refused != nil {
		w.WriteHeader(refused.status)
		out = map[string]string{"__type": refused.code, "message": refused.message}
	}
	_ = json.NewEncoder(w).Encode(out) // whoever has hung up doesn't care
}

// inXML writes as EC2 does.
func inXML(w http.ResponseWriter, out any, refused *refusal) {
	type cause struct{ Code, Message string }
	type failed struct {
		XMLName   xml.Name `xml:"Response"`
		Errors    []cause  `xml:"Errors>Error"`
		RequestID string
	}
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	if refused != nil {
		w.WriteHeader(refused.status)
		out = failed{Errors: []cause{{refused.code, refused.message}}, RequestID: requestID}
	}
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(out)
}
