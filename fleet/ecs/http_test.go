package ecs

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// sdkBody is a request's body as the SDK's: once closed, it ends with what is an error of io.WriterTo.
type sdkBody struct {
	io.Reader
	closed chan struct{}
}

func (b sdkBody) WriteTo(io.Writer) (int64, error) {
	<-b.closed // the worst moment
	return 0, io.EOF
}

func (b sdkBody) Close() error { return nil }

// That the SDK closes a request's body early costs no answer.
func TestBodyClosedUnderTheAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
		_ = http.NewResponseController(w).Flush()
		time.Sleep(200 * time.Millisecond) // for the connection to be closed
		_, _ = io.WriteString(w, " the end")
	}))
	defer server.Close()
	body := sdkBody{strings.NewReader("asked"), make(chan struct{})}
	request, err := http.NewRequest(http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = int64(len("asked"))
	response, err := HTTPClient{http.DefaultClient}.Do(request)
	close(body.closed)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); string(text) != "asked the end" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}
