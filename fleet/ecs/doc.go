// Package ecs finds where the JMX ports of ECS tasks are reached: it asks ECS for
// the tasks, where their ports are mapped and on which machines, and EC2 for the
// machines' addresses. It only reads.
//
// What AWS answers is not trusted: answers are bounded, and what is printed of
// them is shortened and quoted.
package ecs
