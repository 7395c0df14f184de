#!/usr/bin/env node
// The command is built; this stands here before it is, so that whoever installs the sources can link to it.
import "../dist/bin.js";
