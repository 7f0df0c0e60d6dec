/**
 * The agent's side that every start of a service pays for: arguments, listening sockets, who may come in.
 *
 * <p>It knows neither OpenDMK nor JMX; both are loaded when the first client connects. No lambdas, formats or regular
 * expressions here: each would cost the service's start milliseconds.
 */
package jvmentrypoint.jmxmp;
