// A shop of two pages: a basket, whose survey opens by an event of its own, and the page that thanks.
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router";
import { AskAfterPurchase } from "guide";

const order = { id: "R-1", total: "59.90", currency: "EUR" };

function Basket() {
  useEffect(() => sondeo("event", "basket"), []);
  return <Link id="pay" to="/thanks">Pay</Link>;
}

function Thanks() {
  return <h1>Thank you<AskAfterPurchase order={order} /></h1>;
}

createRoot(document.getElementById("app")).render(
  <StrictMode>
    <BrowserRouter>
      <Routes>
        <Route path="/" element={<Basket />} />
        <Route path="/thanks" element={<Thanks />} />
      </Routes>
    </BrowserRouter>
  </StrictMode>,
);
