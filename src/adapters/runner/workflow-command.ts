/**
 * Workflow commands: lines on standard output that the runner obeys (GitHub Docs, "Workflow commands for GitHub
 * Actions"). The runner decodes %25, %0D and %0A in the message, and also %3A and %2C in properties.
 */
export interface CommandProperties {
  readonly [name: string]: string | number | undefined;
}

/** One command as a line, with a line feed at its end. */
export function workflowCommand(name: string, properties: CommandProperties, message: string): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined && value !== '');
  const list = given.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',');
  return `::${name}${list === '' ? '' : ` ${list}`}::${escapeMessage(message)}\n`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
