package launcher

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jvm-entrypoint/launcher/host"
)

// The longest files that the agent reads.
const (
	certificatesMost = 1 << 20
	keyMost          = 1 << 20
	keystoreMost     = 1 << 20
	secretMost       = 64 << 10
)

// Protection is what was found out about the files that protect JMX.
type Protection struct {
	lacks []lack
}

// ReadProtection looks into the files that protect JMX, as the agent will, and
// at the settings that go with them. Its errors are *SettingErrors, joined.
// Where there is to be no agent it opens nothing.
func ReadProtection(s Settings, sys System) (Protection, error) {
	if !s.wantsJMX() {
		return Protection{}, nil
	}
	p := protectionReader{sys: sys, problems: s.jmxmpContradictions()}
	if !s.JMXMPBind.Auto { // else where it listens is not known yet
		if err := s.refuseOpen(s.JMXMPBind.Addresses); err != nil {
			p.problems = append(p.problems, err)
		}
	}
	chain := p.certificates(tlsCert, s.JMXMPTLSCert)
	p.validity(s.JMXMPTLSCert, chain)
	p.key(s.JMXMPTLSKey, chain)
	p.keystore(s.JMXMPTLSKeystore)
	p.secret(tlsKeystorePasswordFile, s.JMXMPTLSKeystorePasswordFile)
	p.certificates(tlsClientCA, s.JMXMPTLSClientCA)
	if name := p.secret(jmxmpUserFile, s.JMXMPUserFile); strings.ContainsFunc(name, unicode.IsControl) {
		p.refuse(jmxmpUserFile, s.JMXMPUserFile, errNoName)
	}
	p.secret(jmxmpPasswordFile, s.JMXMPPasswordFile)
	for _, variable := range protecting {
		if s.Env.isEmpty(variable) {
			p.lacks = append(p.lacks, lack{lacksValue, variable + " is set and empty", "it protects nothing; unset it, or give it a value"})
		}
	}
	return Protection{p.lacks}, errors.Join(p.problems...)
}

// protectionReader reads one file after the other and collects what is wrong.
// No error of it quotes what is in a file.
type protectionReader struct {
	sys      System
	problems []error
	lacks    []lack
}

func (p *protectionReader) refuse(variable string, file AgentFile, err error) {
	p.problems = append(p.problems, &SettingError{Name: variable, Value: string(file), Err: err})
}

// text is a file's whole text; empty where there is none, which is told.
func (p *protectionReader) text(variable string, file AgentFile, most int64) string {
	if file == "" {
		return ""
	}
	text, err := host.ReadText(p.sys.Root, p.sys.absolute(string(file)), most)
	switch {
	case err != nil:
		hint := "name a readable file"
		if mayBeSecret(variable, string(file)) {
			hint += " by a path that begins with /, not what is in it"
		}
		p.refuse(variable, file, fmt.Errorf("%w (%s)", cause(err), hint))
		return ""
	case text == "":
		p.refuse(variable, file, errors.New("is empty (name another file)"))
	}
	return text
}

// secret is what a file holds but for a line break at its end, as most editors
// add one.
func (p *protectionReader) secret(variable string, file AgentFile) string {
	text := p.text(variable, file, secretMost)
	secret := strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	switch {
	case text != "" && secret == "":
		p.refuse(variable, file, errors.New("has but a line break in it (name another file)"))
	case !utf8.ValidString(secret) || strings.Contains(secret, "\x00"):
		p.refuse(variable, file, errors.New("is not text in UTF-8 (name another file)"))
	}
	return secret
}

// certificates are those of a PEM file, in its order; none where something is
// wrong, which is told.
func (p *protectionReader) certificates(variable string, file AgentFile) []*x509.Certificate {
	text := p.text(variable, file, certificatesMost)
	if text == "" {
		return nil
	}
	certificates, err := parseCertificates(text)
	if err != nil {
		p.refuse(variable, file, err)
	}
	return certificates
}

func parseCertificates(text string) ([]*x509.Certificate, error) {
	blocks := pemBlocks(text)
	if len(blocks) == 0 {
		return nil, errors.New("is not PEM (openssl x509 -inform DER -in FILE -out NEW writes a certificate as PEM)")
	}
	var certificates []*x509.Certificate
	for i, block := range blocks {
		if block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE" {
			return nil, fmt.Errorf("has something else than certificates in it, %s (leave nothing but CERTIFICATE)", shown(block.Type))
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of it can't be read: %w (name another file)", i+1, err)
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

// validity tells of the first certificate that clients will refuse by its dates.
func (p *protectionReader) validity(file AgentFile, chain []*x509.Certificate) {
	now := p.sys.Now()
	for _, certificate := range chain {
		when := ""
		switch {
		case now.After(certificate.NotAfter):
			when = "expired on " + certificate.NotAfter.UTC().Format(time.DateOnly)
		case now.Before(certificate.NotBefore):
			when = "is not valid before " + certificate.NotBefore.UTC().Format(time.DateOnly)
		default:
			continue
		}
		what := fmt.Sprintf("%s %s: %s", tlsCert, shown(string(file)), when)
		p.lacks = append(p.lacks, lack{lacksValidity, what, "clients will refuse it; the agent takes a new one without a restart"})
		return
	}
}

// key looks at a private key, and whether it is the first certificate's.
func (p *protectionReader) key(file AgentFile, chain []*x509.Certificate) {
	text := p.text(tlsKey, file, keyMost)
	if text == "" {
		return
	}
	der, err := parsePrivateKey(text)
	if err == nil && len(chain) > 0 && !isKeyOf(der, chain[0].PublicKey) {
		err = errors.New("is not the key of the first certificate in JMXMP_TLS_CERT (name that one's)")
	}
	if err != nil {
		p.refuse(tlsKey, file, err)
	}
}

// keystore looks at how a file begins: PKCS12 is one SEQUENCE of DER.
func (p *protectionReader) keystore(file AgentFile) {
	text := p.text(tlsKeystore, file, keystoreMost)
	switch {
	case text == "" || text[0] == 0x30:
	case len(pemBlocks(text)) > 0:
		p.refuse(tlsKeystore, file, errors.New("is PEM (use JMXMP_TLS_CERT and JMXMP_TLS_KEY)"))
	default:
		p.refuse(tlsKeystore, file, errors.New("is not PKCS12 (keytool -importkeystore -deststoretype pkcs12 makes it of a JKS file)"))
	}
}

func pemBlocks(text string) []*pem.Block {
	var blocks []*pem.Block
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, block)
	}
	return blocks
}

// parsePrivateKey gives the first private key of a PEM file, as PKCS #1 and
// SEC 1 write it: that is what PKCS #8 wraps.
func parsePrivateKey(text string) ([]byte, error) {
	blocks := pemBlocks(text)
	if len(blocks) == 0 {
		return nil, errors.New("is not PEM (openssl pkcs8 -topk8 -nocrypt -inform DER -in FILE -out NEW writes a key as PEM)")
	}
	at := slices.IndexFunc(blocks, func(b *pem.Block) bool { return strings.HasSuffix(b.Type, "PRIVATE KEY") })
	if at < 0 {
		return nil, fmt.Errorf("has no private key in it, but %s (name the key's file)", shown(blocks[0].Type))
	}
	block := blocks[at]
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, errors.New("is encrypted (openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW decrypts it)")
	case block.Type == "PRIVATE KEY":
		return unwrapKey(block.Bytes)
	case block.Type == "RSA PRIVATE KEY" || block.Type == "EC PRIVATE KEY":
		return block.Bytes, nil
	}
	return nil, fmt.Errorf("is a key of a kind that is not read, %s (openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW writes it as PKCS8)", shown(block.Type))
}
