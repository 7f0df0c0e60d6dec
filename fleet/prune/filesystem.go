package prune

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// networkFileSystems are those that other hosts can write in, too, by the numbers
// that statfs gives. Their containers are no concern of our daemon's. FUSE is what
// object stores and virtual machines' shared folders look like.
var networkFileSystems = map[uint32]string{
	unix.NFS_SUPER_MAGIC:   "NFS",
	unix.SMB_SUPER_MAGIC:   "SMB",
	unix.CIFS_SUPER_MAGIC:  "CIFS",
	unix.SMB2_SUPER_MAGIC:  "SMB",
	unix.V9FS_MAGIC:        "9P",
	unix.FUSE_SUPER_MAGIC:  "FUSE",
	unix.CEPH_SUPER_MAGIC:  "Ceph",
	unix.AFS_SUPER_MAGIC:   "AFS",
	unix.AFS_FS_MAGIC:      "AFS",
	unix.CODA_SUPER_MAGIC:  "Coda",
	unix.OCFS2_SUPER_MAGIC: "OCFS2",
	0x0bd00bd0:             "Lustre",
	0x01161970:             "GFS2",
	0x47504653:             "GPFS",
	0x19830326:             "BeeGFS",
	0x20030528:             "OrangeFS",
	0x786f4256:             "VirtualBox's shared folders",
	0xbacbacbc:             "VMware's shared folders",
}

// network refuses a folder that other hosts' containers may write in.
func network(magic uint32) error {
	if name, is := networkFileSystems[magic]; is {
		return fmt.Errorf("is on %s, where other hosts' containers may write, so nothing in it is deleted (--network-root, if none do)", name)
	}
	return nil
}

// magicOf is the number of the file system that a folder is in.
func magicOf(f *folder) (uint32, error) {
	var s unix.Statfs_t
	_, err := again(func() (int, error) { return 0, unix.Fstatfs(f.fd(), &s) })
	return uint32(s.Type), err
}
