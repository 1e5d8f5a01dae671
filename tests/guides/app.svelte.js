// A shop of two pages: a basket, whose survey opens by an event of its own, and the page that thanks.
import { mount } from "svelte";
import App from "./App.svelte";

mount(App, { target: document.getElementById("app") });
