// Package simulator is an AWS account for tests: ECS clusters and EC2 instances
// that the real SDK asks over HTTP, on loopback.
//
// It speaks the wire's protocols, ECS' JSON 1.1 and EC2's query, and keeps to
// AWS' limits: ids in a call, results on a page, calls in a second. What it
// refuses is refused with AWS' own codes. It can throttle, fail, dawdle and hang
// up, and what it holds may change between two calls. It knows only the reading
// calls that fleet makes.
package simulator
