/** Certificates, keys and passwords, for server and client alike; it knows neither JMX nor OpenDMK. Loaded when first used. */
package jvmentrypoint.jmxmp.security;
