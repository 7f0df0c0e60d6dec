// Package launcher starts a JVM service: settings and facts become a Plan, and
// a Plan is either printed or carried out.
//
//	environment -> Settings ─┐
//	files       -> Program  ─┼-> Plan -> printed, or folders made and java exec'd
//	the host    -> Facts    ─┘
//
// Plan is a value and NewPlan is pure, so that a dry run prints the very thing
// that a start carries out. Everything outside goes through one System.
package launcher
