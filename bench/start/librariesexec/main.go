// Command librariesexec is bareexec with the libraries that the entrypoint
// links: what it costs to have them, whatever is then done.
package main

import (
	"os"
	"syscall"

	_ "github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	_ "github.com/caarlos0/env/v11"
	_ "github.com/kballard/go-shellquote"
	_ "github.com/vishvananda/netlink"
)

func main() {
	if err := syscall.Exec(os.Args[1], os.Args[1:], os.Environ()); err != nil {
		os.Exit(1)
	}
}
