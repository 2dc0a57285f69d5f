// Reads calendar files with ical.js, the parser of Thunderbird: one file in base64 a line in, one JSON line out.
import { createInterface } from "node:readline";
import ICAL from "ical.js";

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const inside = calendar.getAllSubcomponents();
  if (inside.length !== 1 || inside[0].name !== "vevent") throw new Error("not exactly one event");
  const [component] = inside;
  const event = new ICAL.Event(component);
  const people = component.getAllProperties("attendee");
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: component.getFirstPropertyValue("sequence"),
    status: component.getFirstPropertyValue("status"),
    stamp: component.getFirstPropertyValue("dtstamp").toJSDate().toISOString(),
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    summary: event.summary,
    location: event.location,
    description: event.description,
    organizer: event.organizer,
    attendees: people.map((one) => one.getFirstValue()),
    names: component.getAllProperties().map((one) => one.name),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(Buffer.from(line, "base64").toString("utf8"));
  } catch (error) {
    answer = { wrong: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
