// A shop of two pages: a basket, whose survey opens by an event of its own, and the page that thanks.
import { createApp, h, onMounted } from "vue";
import { RouterLink, RouterView, createRouter, createWebHistory } from "vue-router";
import { askAfterPurchase } from "guide";

const order = { id: "V-1", total: "59.90", currency: "EUR" };

const Basket = {
  setup() {
    onMounted(() => sondeo("event", "basket"));
    return () => h(RouterLink, { id: "pay", to: "/thanks" }, () => "Pay");
  },
};

const Thanks = {
  props: { order: Object },
  setup(props) {
    askAfterPurchase(() => props.order);
    return () => h("h1", "Thank you");
  },
};

const routes = [
  { path: "/", component: Basket },
  { path: "/thanks", component: Thanks, props: { order } },
];
createApp({ render: () => h(RouterView) }).use(createRouter({ history: createWebHistory(), routes })).mount("#app");
