package ecs

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// largest is the size of an answer. One about 100 tasks has some 300 KB.
const largest = 32 << 20

// HTTPClient is a client whose requests leave in one piece, and whose answers end
// somewhere.
//
// In one piece, as the SDK closes a request's body once the answer begins, while
// net/http may still look for the end of a body that it can't see is in memory;
// then it takes the end for a failure, and closes the connection under the answer
// (smithy-go 1.28.9, Go 1.26).
type HTTPClient struct{ aws.HTTPClient }

// Do makes a request.
func (c HTTPClient) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		request = request.WithContext(request.Context()) // the caller's keeps its own body
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	response, err := c.HTTPClient.Do(request)
	if err == nil {
		response.Body = &boundedBody{response.Body, largest}
	}
	return response, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

var errTooLong = fmt.Errorf("an answer of more than %d MiB", largest>>20)

func (b *boundedBody) Read(to []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	read, err := b.ReadCloser.Read(to[:min(len(to), b.left)])
	b.left -= read
	return read, err
}
