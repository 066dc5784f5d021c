// Shows /openapi.json. Everything is set as text, never as markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function shapeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const several = schema.oneOf || schema.anyOf;
  if (several) return several.map(shapeName).join(" or ");
  if (schema.type === "array") return `list of ${shapeName(schema.items)}`;
  const type = [].concat(schema.type || "any").join(" or ");
  return schema.enum ? `${type}: ${schema.enum.join(", ")}` : type;
}

function table(headings, rows) {
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const heading of headings) {
    const cell = element("th", heading);
    cell.scope = "col";
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const text of row) line.insertCell().textContent = text;
  }
  return made;
}

function bodies(content) {
  return Object.entries(content || {})
    .map(([type, { schema }]) => `${shapeName(schema)} (${type})`)
    .join(", ");
}

function operation(path, method, described) {
  const made = element("details");
  const summary = element("summary");
  summary.append(element("span", method.toUpperCase(), "method"), element("code", path));
  const roles = (described["x-roles"] || []).join(", ") || "everybody";
  summary.append(element("span", ` ${described.summary || ""} (${roles})`, "roles"));
  const content = element("div");
  if (described.description) content.append(element("p", described.description));
  if (described.parameters) {
    const rows = described.parameters.map((parameter) => [
      parameter.name,
      parameter.in,
      shapeName(parameter.schema) + (parameter.required ? ", required" : ""),
      parameter.description || "",
    ]);
    content.append(table(["Parameter", "In", "Type", "Meaning"], rows));
  }
  if (described.requestBody) {
    content.append(element("p", `Body: ${bodies(described.requestBody.content)}`));
  }
  const answers = Object.entries(described.responses || {}).map(([status, answer]) => [
    status,
    answer.description,
    bodies(answer.content),
  ]);
  content.append(table(["Status", "Meaning", "Body"], answers));
  made.append(summary, content);
  return made;
}

function shape(name, described) {
  const made = element("details");
  made.append(element("summary", name));
  const content = element("div");
  if (described.description) content.append(element("p", described.description));
  const required = new Set(described.required || []);
  const rows = Object.entries(described.properties || {}).map(([field, schema]) => [
    field,
    shapeName(schema) + (required.has(field) ? ", required" : ""),
    schema.description || "",
  ]);
  content.append(rows.length ? table(["Field", "Type", "Meaning"], rows) : element("p", shapeName(described)));
  made.append(content);
  return made;
}

async function show() {
  const answer = await fetch("/openapi.json");
  const read = await answer.json();
  document.getElementById("about").textContent = read.info.description;
  const operations = document.getElementById("operations");
  for (const [path, item] of Object.entries(read.paths)) {
    for (const method of METHODS) {
      if (item[method]) operations.append(operation(path, method, item[method]));
    }
  }
  const shapes = document.getElementById("shapes");
  for (const [name, described] of Object.entries(read.components.schemas)) {
    shapes.append(shape(name, described));
  }
}

show().catch(() => {
  document.getElementById("about").textContent = "The document cannot be read.";
});
