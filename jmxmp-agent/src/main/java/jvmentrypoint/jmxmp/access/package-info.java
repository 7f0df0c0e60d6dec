/** What a client with read-only access may see and do. It knows JMX, but nothing of the protocol that carries it. */
package jvmentrypoint.jmxmp.access;
