/**
 * Everything that touches OpenDMK, for server and client, and the filter on what it deserialises.
 *
 * <p>The build moves this package into META-INF/jmxmp-connector.jar in the jar, so that only {@link jvmentrypoint.jmxmp.IsolatedLoader}
 * finds it.
 */
package jvmentrypoint.jmxmp.connector;
