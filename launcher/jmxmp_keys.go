package launcher

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"math/big"
)

// Of a private key only this is read: whether it is that of a certificate. The
// functions of crypto/x509 for it bring all that signs with keys, a sixth of a
// megabyte of every image, and nothing is signed here.

// unwrapKey gives the key that PKCS #8 (RFC 5208) wraps.
func unwrapKey(der []byte) ([]byte, error) {
	var wrapped struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}
	if _, err := asn1.Unmarshal(der, &wrapped); err != nil {
		return nil, errors.New("has a private key in it that can't be read (name another file)") // err may quote it
	}
	return wrapped.Key, nil
}

// isKeyOf tells whether a private key belongs to a public one, by computing
// what both have. Of kinds that are not known here it may: java will tell.
func isKeyOf(der []byte, public crypto.PublicKey) bool {
	switch public := public.(type) {
	case *rsa.PublicKey:
		var key struct { // RFC 8017, A.1.2
			Version int
			N       *big.Int
		}
		_, err := asn1.Unmarshal(der, &key)
		return err == nil && key.N.Cmp(public.N) == 0
	case *ecdsa.PublicKey:
		return isECKeyOf(der, public)
	case ed25519.PublicKey:
		var seed []byte // RFC 8410, 7
		_, err := asn1.Unmarshal(der, &seed)
		return err == nil && len(seed) == ed25519.SeedSize && bytes.Equal(ed25519.NewKeyFromSeed(seed)[ed25519.SeedSize:], public)
	}
	return true
}

func isECKeyOf(der []byte, public *ecdsa.PublicKey) bool {
	point, err := public.ECDH()
	if err != nil { // a curve that is not known here
		return true
	}
	var key struct { // RFC 5915
		Version int
		Scalar  []byte
	}
	scalar := make([]byte, (public.Curve.Params().BitSize+7)/8)
	if _, err := asn1.Unmarshal(der, &key); err != nil || len(key.Scalar) > len(scalar) {
		return false
	}
	copy(scalar[len(scalar)-len(key.Scalar):], key.Scalar)
	private, err := point.Curve().NewPrivateKey(scalar)
	return err == nil && private.PublicKey().Equal(point)
}
