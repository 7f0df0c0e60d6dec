package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	theTask      = "cd189a933e5849daa93386466019ab50"
	theARN       = "arn:aws:ecs:us-west-2:111122223333:task/default/" + theTask
	theContainer = "98e44444008169587b826b4cd76c6732e5899747e753af1e19a35db64f9e9c32"
	theCluster   = "default"
	theMemory    = 768 // MiB, of the task
	thePassword  = "hunter2"

	ecsPath     = "/v4/" + theTask + "-2495160603"
	endpointURI = "http://" + ecsAddress + ecsPath

	goodContainer = `{"DockerId": "` + theContainer + `", "Name": "web", "Type": "NORMAL", "Limits": {"CPU": 2},
		"Networks": [{"NetworkMode": "bridge"}], "Labels": {"com.amazonaws.ecs.cluster": "default",
		"com.amazonaws.ecs.task-arn": "` + theARN + `",
		"com.amazonaws.ecs.task-definition-family": "orders", "com.amazonaws.ecs.task-definition-version": "2"}}`
	goodTask = `{"Cluster": "arn:aws:ecs:us-west-2:111122223333:cluster/default", "TaskARN": "` + theARN + `",
		"Family": "orders", "Revision": "2", "ServiceName": "orders-service", "AvailabilityZone": "us-west-2a",
		"LaunchType": "EC2", "Limits": {"CPU": 0.25, "Memory": 768}, "Containers": [` + goodSiblings + `]}`
	ourselves    = `{"DockerId": "` + theContainer + `", "Name": "web", "Type": "NORMAL"}`
	goodSiblings = ourselves + `,
		{"DockerId": "another", "Name": "agent", "Type": "NORMAL", "Limits": {"CPU": 128, "Memory": 32}}`
	goodFile = `{"Cluster": "default", "TaskARN": "` + theARN + `", "TaskDefinitionFamily": "orders",
		"TaskDefinitionRevision": "2", "ContainerID": "` + theContainer + `", "ContainerName": "web",
		"MetadataFileStatus": "READY", "AvailabilityZone": "us-west-2a", "HostPrivateIPv4Address": "` + address + `"}`

	// What a row finds; "?" behind a name where it may be found or not.
	all         = "task cluster container memory"
	ofContainer = "task cluster container"
	ofTask      = "task cluster memory"
	ofFile      = "task cluster container host"
	nothing     = ""
)

var (
	container = ok(goodContainer)
	task      = ok(goodTask)
	wellTask  = answers(container, task)
	wellHost  = speaks(token, version2)
	hugeSpace = strings.Repeat(" ", 2<<20)
)

// ecsFaults is what can go wrong between us and what ECS tells a task, by its
// endpoint and by its file. A row tells what must be found, what is said where
// something is missing, and the memory's limit; the rest holds for all alike.
var ecsFaults = []ecsFault{
	// What is no fault.
	{name: "both answers", ecs: wellTask, want: all, limit: 736},
	{name: "a proxy is set and not used", ecs: wellTask, proxied: true, want: all, limit: 736},
	{name: "a slash behind the URI", ecs: wellTask, uri: endpointURI + "/", want: all, limit: 736},
	{name: "both answers after 60% of the budget", ecs: answers(slow(container), slow(task)), want: all, limit: 736},
	{name: "bodies without a length", ecs: answers(wireEnds(unending+goodContainer), wireEnds(unending+goodTask)), want: all, limit: 736},

	// The network.
	{name: "nobody listens", want: nothing, says: "connection refused"},
	{name: "packets vanish", network: packetsVanish, want: nothing, says: "no answer in time"},
	{name: "the gateway is gone", network: gatewayIsGone, want: nothing, says: "no answer in time"},
	{name: "there is no way out at all", network: noWayOut, want: nothing, says: "network is unreachable"},
	{name: "packets vanish with 2 s to wait", network: packetsVanish, budget: 2 * time.Second, want: nothing, says: "no answer in time"},
	{name: "silence", ecs: everywhere(never), want: nothing, says: "no answer in time"},
	{name: "silence with 50 ms to wait", ecs: everywhere(never), budget: 50 * time.Millisecond, want: nothing, says: "no answer in time"},
	{name: "silence with 1 ms to wait", ecs: everywhere(never), budget: time.Millisecond, want: nothing, says: "no answer in time"},
	{name: "silence about the task", ecs: answers(container, never), want: ofContainer, says: "no answer in time"},
	{name: "silence about the container", ecs: answers(never, task), want: ofTask, limit: 736, says: "no answer in time"},
	{name: "everything drips", ecs: answers(dripsBody(goodContainer), dripsBody(goodTask)), want: nothing, says: "no answer in time"},
	{name: "headers drip", ecs: everywhere(drips(0, okHead+"\r\n"+goodTask)), want: nothing, says: "no answer in time"},
	{name: "a reset at once", ecs: reset, want: nothing, says: "connection reset by peer"},
	{name: "a reset in place of each answer", ecs: everywhere(resets), want: nothing, says: "connection reset by peer"},
	{name: "a reset in place of the task", ecs: answers(container, resets), want: ofContainer, says: "connection reset by peer"},

	// Refusals.
	{name: "the container's alone", ecs: answers(container, status(404)), want: ofContainer, says: "HTTP status 404"},
	{name: "the task's alone", ecs: answers(status(404), task), want: ofTask, limit: 736, says: "HTTP status 404"},
	{name: "404 to everything", ecs: everywhere(status(404)), want: nothing, says: "HTTP status 404"},
	{name: "429 to everything", ecs: everywhere(status(429)), want: nothing, says: "HTTP status 429"},
	{name: "500 to everything", ecs: everywhere(status(500)), want: nothing, says: "HTTP status 500"},
	{name: "404 and 500", ecs: answers(status(404), status(500)), want: nothing, says: "HTTP status"},
	{name: "redirects to where good answers are", ecs: answers(redirects(container), redirects(task)), want: nothing, says: "HTTP status 302"},

	// Too much.
	{name: "spaces without end", ecs: everywhere(endless(unending, spaces)), want: nothing, says: "too long"},
	{name: "digits without end", ecs: everywhere(endless(unending, digits)), want: nothing, says: "too long"},
	{name: "a compressed body without end", ecs: everywhere(bomb), want: nothing, says: "ECS metadata: "},
	{name: "one header without end", ecs: everywhere(endless(okHead+"X: ", digits)), want: nothing, says: "headers exceeded"},
	{name: "2 MB of good JSON", ecs: answers(ok(goodContainer+hugeSpace), ok(goodTask+hugeSpace)), want: nothing, says: "too long"},
	{name: "2 MB of good JSON about the task", ecs: answers(container, ok(goodTask+hugeSpace)), want: ofContainer, says: "too long"},
	{name: "a quarter of a megabyte of names without a use", ecs: taskWith("Other", `"`+strings.Repeat("a", 256<<10-2<<10)+`"`), want: all, limit: 736},
	{name: "20,000 levels", ecs: everywhere(ok(strings.Repeat(`{"Labels":`, 20_000))), want: nothing, says: "not the JSON"},
	{name: "20,000 levels in good JSON", ecs: everywhere(ok(set(goodTask, "Other", nested(20_000)))), want: nothing, says: "not the JSON"},
	{name: "1,000 containers", ecs: taskWith("Containers", containers(1_000, 0)), want: all, limit: theMemory},
	{name: "2,000 containers with all the memory that a number holds", ecs: taskWith("Containers", containers(2_000, 1<<30)), want: all, limit: theMemory},
	{name: "empty containers, a hundred thousand in 256 KiB", ecs: taskWith("Containers", "["+strings.TrimSuffix(strings.Repeat("0,", 100_000), ",")+"]"), want: all, limit: theMemory},
	{name: "a megabyte of empty containers", ecs: everywhere(ok("{\"Containers\": [" + strings.TrimSuffix(strings.Repeat("{},", 349_000), ",") + "]}")), want: nothing, says: "too long"},
	{name: "more behind an answer, with a password", ecs: everywhere(wire(okWithLength(goodContainer) + goodContainer + strings.Repeat("password="+thePassword+" ", 200))), want: ofContainer},

	// Answers that are none.
	{name: "a page", ecs: everywhere(ok(markup)), want: nothing, says: "not the JSON"},
	{name: "nothing", ecs: everywhere(ok("")), want: nothing, says: "not the JSON"},
	{name: "null", ecs: everywhere(ok("null")), want: nothing, says: "not the JSON"},
	{name: "a list", ecs: everywhere(ok("[]")), want: nothing, says: "not the JSON"},
	{name: "a text", ecs: everywhere(ok(`"text"`)), want: nothing, says: "not the JSON"},
	{name: "a number", ecs: everywhere(ok("5")), want: nothing, says: "not the JSON"},
	{name: "an empty object", ecs: everywhere(ok("{}")), want: nothing},
	{name: "half the JSON", ecs: answers(ok(goodContainer[:150]), ok(goodTask[:150])), want: nothing, says: "not the JSON"},
	{name: "half the JSON of the task", ecs: answers(container, ok(goodTask[:150])), want: ofContainer, says: "not the JSON"},
	{name: "half the body, then the end", ecs: answers(container, wireEnds(okWithLength(goodTask)+goodTask[:150])), want: ofContainer, says: "unexpected EOF"},
	{name: "JSON and more behind it", ecs: answers(container, ok(goodTask+"}")), want: ofContainer, says: "not the JSON"},
	{name: "no HTTP", ecs: everywhere(wire("SSH-2.0-OpenSSH_9.2\r\n")), want: nothing, says: "malformed HTTP"},
	{name: "no HTTP and without end", ecs: everywhere(endless("", digits)), want: nothing, says: "ECS metadata: "},
	{name: "keys twice", ecs: answers(container, ok(strings.Replace(goodTask, "{", `{"Cluster": "other", "TaskARN": "other", `, 1))), want: all, limit: 736},

	// Types: one that is wrong costs no other.
	{name: "a number for the cluster", ecs: saying("Cluster", "5"), want: "task container memory", limit: 736},
	{name: "an object for the cluster", ecs: saying("Cluster", `{"a": "b"}`), want: "task container memory", limit: 736},
	{name: "a list for the task", ecs: saying("TaskARN", `["`+theARN+`"]`), want: "cluster container memory", limit: 736},
	{name: "null for the task", ecs: saying("TaskARN", "null"), want: "cluster container memory", limit: 736},
	{name: "a number for the container's id", ecs: containerWith("DockerId", "5"), want: ofTask, limit: 736},
	{name: "a text for the labels", ecs: containerWith("Labels", `"text"`), want: all, limit: 736},
	{name: "an object for the networks", ecs: containerWith("Networks", `{"NetworkMode": "awsvpc"}`), want: all, limit: 736},
	{name: "a list for the container's limits", ecs: containerWith("Limits", "[1]"), want: all, limit: 736},
	{name: "a list for the limits", ecs: taskWith("Limits", "[1]"), want: ofContainer},
	{name: "an object for the containers", ecs: taskWith("Containers", `{"a": {}}`), want: all, limit: theMemory},
	{name: "numbers for the containers", ecs: taskWith("Containers", "[1, 2]"), want: all, limit: theMemory},
	{name: "a number for the family", ecs: saying("Family", "5"), want: all, limit: 736},
	{name: "a text for a memory limit", ecs: taskMemory(`"768"`), want: ofContainer},
	{name: "a negative memory limit", ecs: taskMemory("-768"), want: ofContainer},
	{name: "a memory limit of 0", ecs: taskMemory("0"), want: ofContainer},
	{name: "a memory limit of half a MiB", ecs: taskMemory("0.5"), want: ofContainer},
	{name: "a memory limit of 1e308", ecs: taskMemory("1e308"), want: ofContainer},
	{name: "a memory limit of 1e999", ecs: taskMemory("1e999"), want: ofContainer},
	{name: "a memory limit of NaN", ecs: taskMemory("NaN"), want: ofContainer, says: "not the JSON"},

	// Limits: a heap that java can start with, within what is there.
	{name: "a memory limit of 1 MiB", ecs: taskMemory("1"), want: all, memory: 1},
	{name: "a memory limit of 64 MiB", ecs: taskMemory("64"), want: all, memory: 64, limit: 64},
	{name: "a memory limit of 1 PiB", ecs: taskMemory("1073741824"), want: all, memory: 1 << 30},
	{name: "the siblings want more than there is", ecs: taskMemory("256", `{"DockerId": "a", "Limits": {"Memory": 512}}`), want: all, memory: 256, limit: 256},
	{name: "the siblings leave next to nothing", ecs: taskMemory("256", `{"DockerId": "a", "Limits": {"Memory": 255}}`), want: all, memory: 256, limit: 256},
	{name: "the siblings' limits are negative", ecs: taskMemory("256", `{"DockerId": "a", "Limits": {"Memory": -512}}`), want: all, memory: 256, limit: 256},
	{name: "the container's own limit", ecs: containerWith("Limits", `{"Memory": 128}`), want: all, limit: 128},
	{name: "the container's own limit is 1 MiB", ecs: containerWith("Limits", `{"Memory": 1}`), want: all, limit: 736},
	{name: "the container's own limit is above the task's", ecs: containerWith("Limits", `{"Memory": 1024}`), want: all, limit: 736},
	{name: "the siblings' limits are beyond any number's", ecs: taskMemory("256", strings.TrimSuffix(strings.Repeat(`{"DockerId": "a", "Limits": {"Memory": 1073741824}}, `, 2048), ", ")), want: all, memory: 256, limit: 256},
	{name: "a memory limit of 256 MiB, and no word on who we are", ecs: answers(never, ok(set(goodTask, "Limits", `{"Memory": 256}`))), want: ofTask, memory: 256, limit: 224, says: "no answer in time"},
	{name: "ourselves with a limit, and no word on who we are", ecs: answers(status(404), ok(set(goodTask, "Containers", `[{"DockerId": "`+theContainer+`", "Name": "web", "Limits": {"Memory": 512}}]`))), want: ofTask, limit: theMemory, says: "HTTP status 404"},

	// Names: they get into command lines, log lines and paths.
	{name: "a newline in a name", ecs: saying("Cluster", `"a\nb"`), want: "task container memory", limit: 736},
	{name: "control characters in a name", ecs: saying("Cluster", `"a\u0000\u001b[2Jb"`), want: "task container memory", limit: 736},
	{name: "a space in a name", ecs: saying("Cluster", `"a b"`), want: "task container memory", limit: 736},
	{name: "quotes in a name", ecs: saying("Cluster", `"a\"b'c"`), want: "task container memory", limit: 736},
	{name: "a placeholder in a name", ecs: saying("Cluster", `"${JVM}"`), want: "task container memory", limit: 736},
	{name: "a name of 10 KB", ecs: saying("Cluster", `"`+strings.Repeat("a", 10<<10)+`"`), want: "task container memory", limit: 736},
	{name: "a name that leads up", ecs: saying("Cluster", `"../.."`), want: "task container memory", limit: 736},
	{name: "a name that is a path", ecs: saying("Cluster", `"/etc/passwd"`), want: "task container memory", limit: 736},
	{name: "a name that is no UTF-8", ecs: saying("Cluster", "\"a\xff\xfeb\""), want: "task container memory", limit: 736},
	{name: "a family that leads up", ecs: saying("Family", `"../../etc"`), want: all, limit: 736},
	{name: "a family that is an option", ecs: saying("Family", `"-XX:+X"`), want: all, limit: 736},
	{name: "a service that is a path", ecs: taskWith("ServiceName", `"/etc/passwd"`), want: all, limit: 736},
	{name: "a task that leads up", ecs: saying("TaskARN", `"arn:aws:ecs:us-west-2:111122223333:task/.."`), want: "cluster container memory", limit: 736},
	{name: "a task that is a path", ecs: saying("TaskARN", `"../../etc"`), want: "cluster container memory", limit: 736},
	{name: "a task that ends in a slash", ecs: saying("TaskARN", `"arn:aws:ecs:us-west-2:111122223333:task/"`), want: "cluster container memory", limit: 736},
	{name: "a task that has no ARN", ecs: saying("TaskARN", `"text"`), want: "cluster container memory", limit: 736},
	{name: "a task with a newline", ecs: saying("TaskARN", `"`+theARN+`\n"`), want: "cluster container memory", limit: 736},
	{name: "an id that leads up", ecs: containerWith("DockerId", `"../../etc"`), want: ofTask, limit: 736},
	{name: "an id that is a path", ecs: containerWith("DockerId", `"/`+theContainer+`"`), want: ofTask, limit: 736},
	{name: "an id in capitals", ecs: containerWith("DockerId", `"`+strings.ToUpper(theContainer)+`"`), want: ofTask, limit: 736},
	{name: "an id of 63 digits", ecs: containerWith("DockerId", `"`+theContainer[1:]+`"`), want: ofTask, limit: 736},
	{name: "an id with a newline", ecs: containerWith("DockerId", `"`+theContainer+`\n"`), want: ofTask, limit: 736},

	// URIs.
	{name: "a URI that is none", uri: "http://[", want: nothing, says: "no address"},
	{name: "a URI that is a text", uri: "not a URL", want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},
	{name: "a URI that is a path", uri: ecsPath, want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},
	{name: "a URI of a file", uri: "file:///etc/passwd", want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},
	{name: "a URI without a host", uri: "http:///v4", want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},
	{name: "a URI with a control character", uri: endpointURI + "\x1b[2J\n", want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},
	{name: "a URI with a port that is none", uri: "http://" + ecsAddress + ":99999/", want: nothing, says: "ECS metadata: "},
	{name: "a URI with a name that nobody knows", uri: "http://nobody.invalid/v4", want: nothing, says: "ECS metadata: "},
	{name: "https, which nobody speaks there", ecs: wellTask, uri: "https://" + net.JoinHostPort(ecsAddress, "80") + ecsPath, want: nothing, says: "ECS metadata: "},
	{name: "a password in the URI", ecs: wellTask, uri: "http://user:" + thePassword + "@" + ecsAddress + ecsPath, want: all, limit: 736},
	{name: "a password in the URI, and nobody listens", uri: "http://user:" + thePassword + "@" + ecsAddress + ecsPath, want: nothing, says: "connection refused"},
	{name: "a password in the URI, and resets", ecs: everywhere(resets), uri: "http://user:" + thePassword + "@" + ecsAddress + ecsPath, want: nothing, says: "connection reset by peer"},
	{name: "a password in a URI that is none", uri: "http://user:" + thePassword + "@[", want: nothing, says: "no address"},
	{name: "a password in a URI of another scheme", uri: "ftp://user:" + thePassword + "@" + ecsAddress, want: nothing, says: "ECS_CONTAINER_METADATA_URI_V4"},

	// The file. Where the task asks nobody else, only the file tells who it is.
	{name: "a good file", file: holds(goodFile), want: ofFile},
	{name: "a file that is missing", file: missing, want: nothing, says: "no such file"},
	{name: "a file in a folder that is missing", file: linkTo("/nowhere/file"), want: nothing, says: "no such file"},
	{name: "an empty file", file: holds(""), want: nothing, says: "not the JSON"},
	{name: "half a file", file: holds(goodFile[:150]), want: nothing, says: "not the JSON"},
	{name: "a file that is not ready", file: holds(strings.Replace(goodFile, "READY", "PENDING", 1)), want: "task cluster host"},
	{name: "a file of 2 MB", file: holds(goodFile + hugeSpace), want: nothing, says: "too long"},
	{name: "a file with 20,000 levels", file: holds(set(goodFile, "Other", nested(20_000))), want: nothing, says: "not the JSON"},
	{name: "null in the file", file: holds("null"), want: nothing, says: "not the JSON"},
	{name: "a list in the file", file: holds("[]"), want: nothing, says: "not the JSON"},
	{name: "a number for the file's cluster", file: holds(set(goodFile, "Cluster", "5")), want: "task container host"},
	{name: "an object for the file's task", file: holds(set(goodFile, "TaskARN", "{}")), want: "cluster container host"},
	{name: "a list for the file's container", file: holds(set(goodFile, "ContainerID", "[]")), want: "task cluster host"},
	{name: "a number for the file's address", file: holds(set(goodFile, "HostPrivateIPv4Address", "5")), want: ofContainer},
	{name: "an id in the file that leads up", file: holds(set(goodFile, "ContainerID", `"../../etc"`)), want: "task cluster host"},
	{name: "a task in the file that leads up", file: holds(set(goodFile, "TaskARN", `"../.."`)), want: "cluster container host"},
	{name: "a folder", file: func(path string) error { return os.Mkdir(path, 0o755) }, want: nothing, says: "not a file"},
	{name: "a pipe that nobody writes to", file: func(path string) error { return unix.Mkfifo(path, 0o644) }, want: nothing, says: "not a file"},
	{name: "a link to a good file", file: linkedTo(goodFile), want: ofFile},
	{name: "a link to itself", file: func(path string) error { return os.Symlink(path, path) }, want: nothing, says: "too many levels"},
	{name: "zeroes without end", file: linkTo("/dev/zero"), want: nothing, says: "not a file"},
	{name: "a file that nobody may read", file: unreadable(goodFile), want: nothing, says: "permission denied"},
	{name: "a file of anything", file: holds("\x7fELF\x02\x01\x00\xff\xfe\x00\n\x1b[2J"), want: nothing, says: "not the JSON"},
	{name: "a file that begins with a BOM", file: holds("\ufeff" + goodFile), want: nothing, says: "not the JSON"},
	{name: "our own loopback in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"127.0.0.1"`)), want: ofContainer},
	{name: "no address in the file, 0.0.0.0", file: holds(set(goodFile, "HostPrivateIPv4Address", `"0.0.0.0"`)), want: ofContainer},
	{name: "the metadata service's address in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"169.254.169.254"`)), want: ofContainer},
	{name: "a name in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"ip-10-1-2-3.ec2.internal"`)), want: ofContainer},
	{name: "an address and a newline in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"`+address+`\n"`)), want: ofContainer + " host?"},
	{name: "a placeholder in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"${HOST_IP}"`)), want: ofContainer},
	{name: "several addresses in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"`+address+` 10.1.2.4"`)), want: ofContainer},
	{name: "loopback of version 6 in the file", file: holds(set(goodFile, "HostPrivateIPv4Address", `"::1"`)), want: ofContainer},

	// Several that tell. Where one does not, another does, within one budget.
	{name: "half a file, all else well", file: holds(goodFile[:150]), ecs: wellTask, imds: wellHost, want: all + " host", limit: 736},
	{name: "half a file, IMDS well", file: holds(goodFile[:150]), imds: wellHost, want: "host", says: "not the JSON"},
	{name: "half a file, the endpoint well", file: holds(goodFile[:150]), ecs: wellTask, want: all, limit: 736},
	{name: "a file that is not ready, the endpoint well", file: holds(strings.Replace(goodFile, "READY", "PENDING", 1)), ecs: wellTask, want: all + " host", limit: 736},
	{name: "no address in the file, IMDS well", file: holds(set(goodFile, "HostPrivateIPv4Address", `""`)), imds: wellHost, want: ofFile},
	{name: "a wrong address in the file, IMDS well", file: holds(set(goodFile, "HostPrivateIPv4Address", `"127.0.0.1"`)), imds: wellHost, want: ofFile},
	{name: "a good file, the endpoint and IMDS silent", file: holds(goodFile), ecs: everywhere(never), imds: everywhere(never), want: ofFile, says: "ECS metadata: no answer in time"},
	{name: "the endpoint well, IMDS silent", ecs: wellTask, imds: everywhere(never), want: all, limit: 736},
	{name: "IMDS well, the endpoint silent", ecs: everywhere(never), imds: wellHost, want: "host", says: "ECS metadata: no answer in time"},
	{name: "a pipe, the endpoint and IMDS silent", file: func(path string) error { return unix.Mkfifo(path, 0o644) }, ecs: everywhere(never), imds: everywhere(never), want: nothing, says: "ECS metadata: no answer in time"},
	{name: "a pipe, and packets vanish", file: func(path string) error { return unix.Mkfifo(path, 0o644) }, network: packetsVanish, uri: endpointURI, want: nothing, says: "ECS metadata: no answer in time"},
	{name: "everything without end", ecs: everywhere(endless(unending, digits)), imds: everywhere(endless(unending, digits)), file: linkTo("/dev/zero"), want: nothing, says: "too long"},
}

type ecsFault struct {
	name      string
	network   func() error            // nil: the services' addresses are on this very machine
	ecs, imds peer                    // nil: nobody listens
	uri       string                  // empty: endpointURI, unless only the file tells of the task
	file      func(path string) error // makes it; nil: there is none
	proxied   bool                    // HTTP_PROXY leads to somebody who listens
	budget    time.Duration           // 0: faultBudget
	want      string                  // what is found; the values are those of the good answers
	memory    int                     // of the task, in MiB; 0: theMemory
	limit     int                     // of our memory, in MiB; 0: none is known
	says      string                  // in a warning; empty: none is about ECS, but for why there is no address
}

// TestECSFaults holds the binary as it is shipped against the metadata that ECS
// gives a task, at its real address, with each fault that it can have.
func TestECSFaults(t *testing.T) {
	needNamespaces(t)
	bench := newBench(t)
	for _, fault := range ecsFaults {
		where := place{fault.network, map[string]peer{ecsAddress: fault.ecs, imdsAddress: fault.imds}, fault.proxied}
		runIn(t, fault.name, where, func(t *testing.T) {
			bench.hold(t, fault.budget, append(where.environ(), fault.environ(t)...), func(got measured) {
				fault.checkFound(t, got.Plan)
				fault.checkSaid(t, got.Plan)
				checkNames(t, got.Plan)
				if strings.Contains(got.Shown, thePassword) {
					t.Errorf("a password is shown:\n%s", got.Shown)
				}
			})
		})
	}
}

// environ is what ECS sets for the task.
func (f ecsFault) environ(t *testing.T) []string {
	environ := []string{"AWS_EXECUTION_ENV=AWS_ECS_EC2"}
	uri := f.uri
	if f.file != nil {
		path := t.TempDir() + "/metadata.json"
		if err := f.file(path); err != nil {
			t.Fatal(err)
		}
		environ = append(environ, "ECS_CONTAINER_METADATA_FILE="+path)
	}
	if uri == "" && (f.file == nil || f.ecs != nil) {
		uri = endpointURI
	}
	return append(environ, "ECS_CONTAINER_METADATA_URI_V4="+uri)
}

// checkFound holds values and limit against what the row wants.
func (f ecsFault) checkFound(t *testing.T, got plan) {
	for _, known := range []struct{ word, fact, value, unknown string }{
		{"task", "ecsTaskID", theTask, "null"},
		{"cluster", "ecsCluster", theCluster, "null"},
		{"container", "containerID", theContainer, "null"},
		{"memory", "ecsTaskMemory", strconv.Itoa(cmp.Or(f.memory, theMemory) << 20), "null"},
		{"host", "hostIP", address, none},
	} {
		var right []string
		words := strings.Fields(f.want)
		if !slices.Contains(words, known.word) {
			right = append(right, known.unknown)
		}
		if slices.Contains(words, known.word) || slices.Contains(words, known.word+"?") {
			right = append(right, known.value)
		}
		if value := got.Facts[known.fact].text(); !slices.Contains(right, value) {
			t.Errorf("%s is %s, want %s", known.fact, value, strings.Join(right, " or "))
		}
	}
	if family := got.Facts["ecsTaskFamily"].text(); family != "orders" && family != "null" {
		t.Errorf("the family is %s", family)
	}
	if limit := got.Memory.Limit >> 20; limit != f.limit {
		t.Errorf("a limit of %d MiB, want %d", limit, f.limit)
	}
}

// checkSaid looks for the row's words among the warnings.
func (f ecsFault) checkSaid(t *testing.T, got plan) {
	isSaid := func(warning string) bool { return strings.Contains(warning, f.says) }
	if f.says == "" { // then nothing is, but why there is no address
		isSaid = func(warning string) bool { return !strings.Contains(warning, "host address") }
	}
	if slices.ContainsFunc(got.Warnings, isSaid) != (f.says != "") {
		t.Errorf("the warnings %q, want %q", got.Warnings, f.says)
	}
	for _, name := range []string{"ecsTaskID", "ecsCluster", "containerID", "ecsTaskMemory"} {
		if fact := got.Facts[name]; fact.text() != "null" && fact.Source == "" {
			t.Errorf("%s is %s, and nobody said so", name, fact.text())
		}
	}
}

// plainName is what a name must be that gets into command lines and paths: no
// option, no path, no word that a shell or a log takes for something else.
var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)
	plainARN  = regexp.MustCompile(`^arn:[a-z0-9-]+:ecs:[a-z0-9-]*:[0-9]*:task(/[A-Za-z0-9][A-Za-z0-9_-]*)+$`)
)

// checkNames holds for every start, whatever the row is about.
func checkNames(t *testing.T, got plan) {
	for name, fact := range got.Facts {
		isPlain := plainName
		if name == "ecsTaskARN" {
			isPlain = plainARN
		}
		if text := fact.text(); strings.HasPrefix(name, "ecs") && !isPlain.MatchString(text) && text != "null" {
			t.Errorf("%s is %q", name, text)
		}
	}
	for _, sibling := range got.ECSSiblings {
		if sibling.Name == "web" {
			t.Error("we are a sibling of ourselves")
		}
	}
}

// answers knows the container and its task, as the endpoint does.
func answers(container, task reply) peer {
	return everywhere(func(to net.Conn, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET " + ecsPath:
			container(to, r)
		case "GET " + ecsPath + "/task":
			task(to, r)
		default:
			status(http.StatusNotFound)(to, r)
		}
	})
}

func containerWith(key, value string) peer { return answers(ok(set(goodContainer, key, value)), task) }

func taskWith(key, value string) peer { return answers(container, ok(set(goodTask, key, value))) }

// taskMemory is a task with a limit, in MiB, and siblings.
func taskMemory(limit string, siblings ...string) peer {
	text := set(goodTask, "Limits", `{"CPU": 0.25, "Memory": `+limit+`}`)
	return answers(container, ok(set(text, "Containers", "["+strings.Join(append(siblings, ourselves), ", ")+"]")))
}

// saying has a value in both answers, as each of them tells of the task.
func saying(key, value string) peer {
	label := map[string]string{
		"Cluster": "com.amazonaws.ecs.cluster", "TaskARN": "com.amazonaws.ecs.task-arn",
		"Family": "com.amazonaws.ecs.task-definition-family",
	}[key]
	return answers(ok(set(goodContainer, label, value)), ok(set(goodTask, key, value)))
}

// set gives a key of a good answer another value, or adds it in front.
func set(text, key, value string) string {
	const anyValue = `("[^"]*"|\{[^{}]*\}|\[(?:[^\[\]])*\])`
	at := regexp.MustCompile(`"` + regexp.QuoteMeta(key) + `": ` + anyValue).FindStringIndex(text)
	pair := `"` + key + `": ` + value
	if at == nil {
		return `{` + pair + `, ` + text[1:]
	}
	return text[:at[0]] + pair + text[at[1]:]
}

func nested(levels int) string {
	return strings.Repeat("[", levels) + strings.Repeat("]", levels)
}

// containers are so many siblings, each with a limit in MiB; 0: none.
func containers(count, limit int) string {
	all := make([]string, count)
	for i := range all {
		all[i] = fmt.Sprintf(`{"DockerId":"%d","Name":"n%d","Limits":{"Memory":%d}}`, i, i, limit)
	}
	return "[" + strings.Join(append(all, ourselves), ",") + "]"
}

// The files that a row can have.

func missing(string) error { return nil }

func holds(text string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o644) }
}

func linkTo(target string) func(string) error {
	return func(path string) error { return os.Symlink(target, path) }
}

func linkedTo(text string) func(string) error {
	return func(path string) error { return errors.Join(holds(text)(path+".real"), linkTo(path+".real")(path)) }
}

// unreadable is so for root too: the calling thread and whom it starts lose
// what lets root read anything.
func unreadable(text string) func(string) error {
	return func(path string) error {
		return errors.Join(
			holds(text)(path), os.Chmod(path, 0),
			unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_DAC_OVERRIDE, 0, 0, 0),
			unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_DAC_READ_SEARCH, 0, 0, 0),
		)
	}
}
