<?php
// As much of WordPress and WooCommerce as the guide calls, around the file that is named by the first argument. The
// second is the order's number. Prints the page that thanks for the order.

$hooks = array();
$script = null;

function add_action( $name, $work ) {
	$GLOBALS['hooks'][ $name ][] = $work;
}

function add_filter( $name, $work, $priority = 10, $arguments = 1 ) {
	add_action( $name, $work );
}

function run( $name, ...$values ) {
	foreach ( $GLOBALS['hooks'][ $name ] ?? array() as $work ) {
		$values[0] = $work( ...$values ) ?? $values[0] ?? null;
	}
	return $values[0] ?? null;
}

function wp_enqueue_script( $handle, $src, $needs, $version, $footer ) {
	$GLOBALS['script'] = compact( 'handle', 'src' ) + array( 'before' => '' );
}

function wp_add_inline_script( $handle, $code, $position ) {
	$GLOBALS['script'][ $position ] .= $code;
}

function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function wc_get_order( $id ) {
	return new class( $id ) {
		public function __construct( private string $id ) {}
		public function has_status( $status ) {
			return 'failed' === $status && 'failed' === $this->id;
		}
		public function get_order_number() {
			return $this->id;
		}
		public function get_total() {
			return '59.90';
		}
		public function get_currency() {
			return 'EUR';
		}
	};
}

require $argv[1];
run( 'wp_enqueue_scripts' );
echo "<!doctype html>\n<title>Thank you</title>\n<script>window.wp_has_consent = ( kind ) => kind === 'statistics';</script>\n";
run( 'woocommerce_thankyou', $argv[2] );
$id = $script['handle'] . '-js';
$tag = "<script id=\"$id-before\">\n{$script['before']}\n</script>\n<script src=\"{$script['src']}\" id=\"$id\"></script>\n";
echo run( 'script_loader_tag', $tag, $script['handle'], $script['src'] );
