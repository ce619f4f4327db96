/** What stands behind a name on the command line. */
export const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
export const given = (name) => process.argv.includes(name)
