/** {@code java -jar jmxmp-agent.jar}: reads MBeans over JMXMP and prints them. The agent uses nothing of it. */
package jvmentrypoint.jmxmp.client;
