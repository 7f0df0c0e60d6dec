// Package prune clears the folders that containers left on their host, of logs and
// of heap dumps. It decides from names, ids, ages and bytes which of them go, and
// removes those.
//
// Services may write in all these folders, some of them as root, while we look and
// delete as root. So everything is done by single names in folders that are open:
// no path is looked up twice, no symbolic link followed, no mount inside a container's
// folder entered and nothing opened but folders. And what is not known for sure keeps
// a folder: only the Docker daemon's own word, asked for again right before, lets one
// go.
package prune
