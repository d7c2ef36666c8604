// Writes one line of JSON a test, for pytest: its file, its name, and what went wrong.

const told = ({ type, data }) => {
  const error = data.details.error?.cause ?? data.details.error
  const problem = type === 'test:fail' ? String(error?.stack ?? error) : null
  return JSON.stringify({ file: data.file, name: data.name, problem }) + '\n'
}

export default async function* (events) {
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') yield told(event)
  }
}
