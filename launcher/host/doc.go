// Package host finds out where we run: the host's address, the address that
// its statsd agent answers on, the network, the ids of container, task, instance
// and pod, and the limits of memory and processors.
//
// It only looks. Each fact says where it was found or why it could not be, and
// none of them is ever worth failing for. It decides nothing about options. Of the
// settings it knows names alone, for what it tells people.
package host
